/* Rows of INSERT statements, each taken whole or not at all. */

static State value(Input *in, Column *column, size_t row) {
    State state;
    if (in->at >= in->end) return MORE;
    mark(column, row, 1);
    if (*in->at == 'N') {
        state = next_is(in, "NULL", 4);
        if (state != READ) return state;
        mark(column, row, 0);
        if (column->kind < NUMBER) { /* it has no offsets */
            memset(column->values + WIDTHS[column->kind] * row, 0, WIDTHS[column->kind]);
            return at_delimiter(in);
        }
        state = at_delimiter(in);
    } else if (column->kind < NUMBER) {
        return integer(in, column, row);
    } else if (column->kind == NUMBER) {
        state = token(in, column);
    } else {
        size_t begin = column->length;
        state = text(in, column);
        if (state == READ && column->length - begin < (size_t)column->width) {
            size_t missing = (size_t)column->width - (column->length - begin);
            if (!more_data(column, missing)) return NO_MEMORY;
            memset(column->data + column->length, 0, missing);
            column->length += missing;
        }
    }
    if (state == READ) {
        int32_t offset = (int32_t)column->length;
        if (column->length > (row ? MANY_BYTES : MOST_BYTES)) return FULL;
        memcpy(column->values + 4 * (row + 1), &offset, 4);
    }
    return state;
}

/* One row with its comma; at a semicolon, without it. */
static State one_row(Input *in, Rows *rows, const uint8_t *heading, size_t heading_length) {
    Py_ssize_t number;
    if (in->at >= in->end) return MORE;
    if (*in->at != '(') return OTHER;
    in->at++;
    for (number = 0; number < rows->count; number++) {
        State state;
        if (number) {
            if (in->at >= in->end) return MORE;
            if (*in->at != ',') return OTHER;
            in->at++;
            skip_space(in);
        }
        state = value(in, rows->columns + number, rows->rows);
        if (state != READ) return state;
        skip_space(in);
    }
    if (in->at >= in->end) return MORE;
    if (*in->at != ')') return OTHER;
    in->at++;
    if (in->at >= in->end) return MORE;
    if (*in->at == ',') {
        in->at++;
        skip_space(in);
        return in->at < in->end ? READ : MORE;
    }
    if (*in->at != ';') return OTHER;
    if (heading_length) {
        Input next = *in;
        next.at++;
        skip_space(&next);
        if ((size_t)(next.end - next.at) > heading_length && memcmp(next.at, heading, heading_length) == 0) {
            in->at = next.at + heading_length;
            return READ;
        }
    }
    return END;
}

static State all_rows(Input *in, Rows *rows, const uint8_t *heading, size_t heading_length) {
    for (;;) {
        const uint8_t *begin = in->at;
        State state;
        Py_ssize_t number;
        if (rows->rows + 1 >= rows->capacity && !more_rows(rows)) return NO_MEMORY;
        state = one_row(in, rows, heading, heading_length);
        if (state == READ || state == END) {
            for (number = 0; number < rows->count; number++) rows->columns[number].kept = rows->columns[number].length;
            rows->rows++;
            if (state == END) return END;
        } else {
            in->at = begin;
            for (number = 0; number < rows->count; number++) rows->columns[number].length = rows->columns[number].kept;
            return state == FULL && !rows->rows ? OTHER : state;
        }
    }
}
