"""Rules about the scripts of RUN and what they do."""
