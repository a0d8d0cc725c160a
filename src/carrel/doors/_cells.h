/* Arrow columns and the bytes of single values: what `_rows.c` makes rows of. Nothing of Python's is used here, and nothing is written beyond `Out`. */
#ifndef CARREL_CELLS_H
#define CARREL_CELLS_H

#include <stdint.h>
#include <string.h>

enum {
    NOTHING, SIGNED8, SIGNED16, SIGNED32, SIGNED64, UNSIGNED8, UNSIGNED16, UNSIGNED32, UNSIGNED64, TEXT, BYTES, DATE, MOMENT, TEXTUAL_KINDS,
    CLOCK = TEXTUAL_KINDS, SINGLE, DOUBLE, WHOLE, KINDS /* those after MOMENT are for binary rows alone */
};
static const int WIDTHS[KINDS] = {0, 1, 2, 4, 8, 1, 2, 4, 8, 4, 4, 4, 8, 8, 4, 8, 4};
enum { LONGEST_NUMBER = 32, SHORT_TEXT = 32, LONGEST_PREFIX = 9 };

typedef struct {
    int kind, places; /* places: digits of a second's fraction; -1: six where they are not all zero */
    int64_t offset;
    const uint8_t *validity, *values, *data;
    int64_t data_length;
    int64_t plain_until; /* texts that end up to here hold no byte of the lake's escape */
} Column;

typedef struct {
    uint8_t *at, *end;
} Out;

typedef enum { DONE, FULL, BEYOND } Outcome;

static const char DIGITS[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869"
                             "707172737475767778798081828384858687888990919293949596979899";
static const uint64_t TENS[20] = {
    0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000, 100000000000000,
    1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000, 10000000000000000000u,
};

static inline int is_text(int kind) {
    return kind == TEXT || kind == BYTES || kind == WHOLE;
}

static inline const uint8_t *value_at(const Column *column, int64_t row) {
    return column->values + (column->offset + row) * WIDTHS[column->kind];
}

static inline int is_valid(const Column *column, int64_t row) {
    int64_t place = column->offset + row;
    return column->kind != NOTHING && (column->validity == NULL || (column->validity[place >> 3] >> (place & 7) & 1));
}

/* MySQL has no number that is infinite or none at all. */
static inline int is_finite(const Column *column, int64_t row) {
    uint64_t bits = 0;
    memcpy(&bits, value_at(column, row), (size_t)WIDTHS[column->kind]);
    return column->kind == SINGLE ? (bits & 0x7F800000u) != 0x7F800000u : (bits & 0x7FF0000000000000u) != 0x7FF0000000000000u;
}

static inline uint64_t magnitude(const Column *column, int64_t row, int *negative) {
    const uint8_t *value = value_at(column, row);
    int64_t number = 0;
    *negative = 0;
    switch (column->kind) {
    case UNSIGNED8: return *value;
    case UNSIGNED16: { uint16_t wide; memcpy(&wide, value, 2); return wide; }
    case UNSIGNED32: { uint32_t wide; memcpy(&wide, value, 4); return wide; }
    case UNSIGNED64: { uint64_t wide; memcpy(&wide, value, 8); return wide; }
    case SIGNED8: number = (int8_t)*value; break;
    case SIGNED16: { int16_t wide; memcpy(&wide, value, 2); number = wide; break; }
    case SIGNED32: { int32_t wide; memcpy(&wide, value, 4); number = wide; break; }
    default: memcpy(&number, value, 8);
    }
    *negative = number < 0;
    return number < 0 ? (uint64_t)0 - (uint64_t)number : (uint64_t)number;
}

static inline int digits_of(uint64_t number) {
    int digits = number < 100000 ? 1 : number < 10000000000 ? 6 : 11;
    while (digits < 20 && number >= TENS[digits]) digits++;
    return digits;
}

/* Writes an integer's digits, at most 20; gives the length. */
static inline int number(const Column *column, int64_t row, uint8_t *at) {
    int negative, length;
    uint64_t left = magnitude(column, row, &negative);
    uint8_t *end;
    *at = '-';
    length = digits_of(left) + negative;
    end = at + length;
    while (left > UINT32_MAX) {
        end -= 2;
        memcpy(end, DIGITS + 2 * (left % 100), 2);
        left /= 100;
    }
    {
        uint32_t small = (uint32_t)left;
        while (small >= 100) {
            end -= 2;
            memcpy(end, DIGITS + 2 * (small % 100), 2);
            small /= 100;
        }
        if (small >= 10) memcpy(end - 2, DIGITS + 2 * small, 2);
        else end[-1] = (uint8_t)('0' + small);
    }
    return length;
}

typedef struct {
    int64_t year, month, day;
} Day;

/* Of a day since 1970. Gives 0 where the year is not 1000 to 9999. After Howard Hinnant, chrono-compatible low-level date algorithms. */
static inline int day_of(int64_t days, Day *day) {
    int64_t shifted, era, of_era, year_of_era, of_year, month_place;
    if (days < -354285 || days > 2932896) return 0; /* 1000-01-01 to 9999-12-31 */
    shifted = days + 719468;
    era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    of_era = shifted - era * 146097;
    year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    month_place = (5 * of_year + 2) / 153;
    day->month = month_place < 10 ? month_place + 3 : month_place - 9;
    day->year = year_of_era + era * 400 + (day->month <= 2);
    day->day = of_year - (153 * month_place + 2) / 5 + 1;
    return 1;
}

typedef struct {
    int64_t days, seconds, micro; /* seconds of the day, microseconds of the second */
} Moment;

static inline Moment moment_of(int64_t micro) {
    Moment moment;
    int64_t second = micro / 1000000;
    moment.micro = micro % 1000000;
    if (moment.micro < 0) { moment.micro += 1000000; second -= 1; }
    moment.days = second / 86400;
    moment.seconds = second % 86400;
    if (moment.seconds < 0) { moment.seconds += 86400; moment.days -= 1; }
    return moment;
}

static inline int64_t long_at(const Column *column, int64_t row) {
    int64_t value;
    memcpy(&value, value_at(column, row), 8);
    return value;
}

static inline int64_t days_at(const Column *column, int64_t row) {
    int32_t value;
    memcpy(&value, value_at(column, row), 4);
    return value;
}

static inline void two(uint8_t *at, int64_t value) {
    memcpy(at, DIGITS + 2 * value, 2);
}

/* `yyyy-mm-dd`; 0 where the year is out of bounds. */
static inline int date(int64_t days, uint8_t *at) {
    Day day;
    if (!day_of(days, &day)) return 0;
    two(at, day.year / 100);
    two(at + 2, day.year % 100);
    at[4] = at[7] = '-';
    two(at + 5, day.month);
    two(at + 8, day.day);
    return 10;
}

/* Date and time of microseconds since 1970, at most 26 bytes; gives the length, 0 where the year is out of bounds. */
static inline int moment(int64_t micro, int places, uint8_t *at) {
    Moment found = moment_of(micro);
    int digit;
    if (!date(found.days, at)) return 0;
    at[10] = ' ';
    two(at + 11, found.seconds / 3600);
    two(at + 14, found.seconds / 60 % 60);
    two(at + 17, found.seconds % 60);
    at[13] = at[16] = ':';
    if (places < 0) places = found.micro ? 6 : 0;
    if (!places) return 19;
    at[19] = '.';
    for (digit = 5; digit >= 0; digit--, found.micro /= 10) if (digit < places) at[20 + digit] = (uint8_t)('0' + found.micro % 10);
    return 20 + places;
}

/* The characters of a value that is no text, at most LONGEST_NUMBER of them; gives the length, 0 where it is out of bounds. */
static inline int characters(const Column *column, int64_t row, uint8_t *at) {
    if (column->kind == DATE) return date(days_at(column, row), at);
    if (column->kind == MOMENT) return moment(long_at(column, row), column->places, at);
    return number(column, row, at);
}

/* Where a text stands in the column's data. */
static inline Outcome bounds_of(const Column *column, int64_t row, int64_t *begin, int64_t *length) {
    int32_t bounds[2];
    memcpy(bounds, value_at(column, row), 8);
    if (bounds[0] < 0 || bounds[1] < bounds[0] || bounds[1] > column->data_length) return BEYOND;
    *begin = bounds[0];
    *length = bounds[1] - bounds[0];
    return DONE;
}

/* Looks once at the texts of rows `start` on, as far as `room` bytes of them, so that single texts need no look. */
static inline void look_for_escapes(Column *column, int64_t start, int64_t rows, int64_t room) {
    int32_t first, last;
    int64_t length;
    column->plain_until = column->kind == TEXT ? 0 : column->data_length;
    if (column->kind != TEXT || start >= rows || column->data == NULL) return;
    memcpy(&first, value_at(column, start), 4);
    memcpy(&last, value_at(column, rows), 4);
    if (first < 0 || last < first || last > column->data_length) return;
    length = last - first < room ? last - first : room;
    if (memchr(column->data + first, 0xF4, (size_t)length) == NULL) column->plain_until = first + length;
}

/* Copies a text into room for it and for SHORT_TEXT bytes more. */
static inline void copy(uint8_t *to, const Column *column, int64_t begin, int64_t length) {
    if (length <= SHORT_TEXT && column->data_length - begin >= SHORT_TEXT) memcpy(to, column->data + begin, SHORT_TEXT);
    else if (length) memcpy(to, column->data + begin, (size_t)length);
}

/* The byte that the lake keeps as U+10FE00 + byte, in UTF-8 F4 8F B8..BB 80..BF; -1 where there is none. */
static inline int kept_byte(const uint8_t *at, const uint8_t *end) {
    if (end - at < 4 || at[0] != 0xF4 || at[1] != 0x8F || (at[2] & 0xFC) != 0xB8 || (at[3] & 0xC0) != 0x80) return -1;
    return (at[2] & 3) << 6 | (at[3] & 0x3F);
}

/* Copies, kept bytes put back. `to` has room for `length` bytes; gives the bytes written. */
static int64_t put_back(uint8_t *to, const uint8_t *from, int64_t length) {
    const uint8_t *end = from + length;
    uint8_t *at = to;
    while (from < end) {
        const uint8_t *found = memchr(from, 0xF4, (size_t)(end - from));
        int64_t plain = (found ? found : end) - from;
        int byte;
        memmove(at, from, (size_t)plain);
        at += plain;
        from += plain;
        if (from == end) break;
        byte = kept_byte(from, end);
        *at++ = byte < 0 ? *from : (uint8_t)byte;
        from += byte < 0 ? 1 : 4;
    }
    return at - to;
}

/* A text as the source had it; gives its length. There must be room for it and for SHORT_TEXT bytes more. */
static inline int64_t original(uint8_t *to, const Column *column, int64_t begin, int64_t length) {
    if (begin + length > column->plain_until && length) return put_back(to, column->data + begin, length);
    copy(to, column, begin, length);
    return length;
}

#endif
