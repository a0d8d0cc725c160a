/* Faults planted so that it is known that the sanitizers would see one: a byte read behind its buffer, and a sum that is too large. */
#include <limits.h>
#include <stdlib.h>

int beyond(int length) {
    unsigned char *bytes = calloc((size_t)length, 1);
    int found = bytes[length];
    free(bytes);
    return found;
}

int too_large(int more) {
    return INT_MAX + more;
}
