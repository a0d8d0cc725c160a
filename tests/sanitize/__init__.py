"""The native parts under sanitizers: built anew with AddressSanitizer and UndefinedBehaviorSanitizer, then driven by their own tests, or by a fuzzer.

`build` makes them, `__main__` (`make sanitize`) runs the tests on them, `fuzz` is what atheris drives. `canary.c` is a fault that has to be found first.
"""
