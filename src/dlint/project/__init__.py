"""The files of a project: the one door to them, their kinds, what git leaves out."""
