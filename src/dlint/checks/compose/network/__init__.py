"""Rules about published ports, and about the hosts and ports that services are told to ask."""
