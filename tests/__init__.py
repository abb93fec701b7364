"""The tests: a name is a sentence, a folder is a layer."""
