"""The console: the files of the page that officers look at; ``api/console.py`` serves them."""
