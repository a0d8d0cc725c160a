-- What MySQL's functions mean, for values that DuckDB's own functions would refuse. No macro raises; NULL gives NULL where MySQL's function does.
-- Names begin with carrel_; a person cannot call them.

-- Text as numbers -----------------------------------------------------------------------------------------------------------------------------------

CREATE MACRO carrel_digits(s) AS nullif(regexp_extract(s, '^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)', 1), '');
CREATE MACRO carrel_finite(x) AS CASE WHEN isfinite(x) THEN x END;
CREATE MACRO carrel_number(s) AS CASE WHEN s IS NULL THEN NULL WHEN s <> '' AND ltrim(s, '0123456789') = '' THEN carrel_finite(TRY_CAST(s AS DOUBLE)) ELSE coalesce(carrel_finite(TRY_CAST(carrel_digits(s) AS DOUBLE)), 0.0) END;
CREATE MACRO carrel_rounded(s) AS CASE WHEN s IS NULL THEN NULL ELSE coalesce(TRY_CAST(nullif(regexp_extract(s, '^\s*([-+]?\d+)(?:[^.eE0-9].*)?$', 1), '') AS HUGEINT),
    TRY_CAST(round(carrel_number(s)) AS HUGEINT)) END;
CREATE MACRO carrel_integer(s) AS CASE WHEN s IS NULL THEN NULL ELSE coalesce(TRY_CAST(nullif(regexp_extract(s, '^\s*([-+]?\d+)', 1), '') AS BIGINT), 0) END;
CREATE MACRO carrel_whole_number(s) AS nullif(regexp_extract(s, '^\s*([-+]?\d+)', 1), '');
CREATE MACRO carrel_bounded_huge(s) AS CASE WHEN s IS NULL THEN NULL ELSE coalesce(least(greatest(TRY_CAST(s AS HUGEINT), -9223372036854775808), 18446744073709551615),
    CASE WHEN s LIKE '-%' THEN -9223372036854775808 ELSE 18446744073709551615 END) END;
CREATE MACRO carrel_signed(n) AS TRY_CAST(CASE WHEN n > 9223372036854775807 THEN CAST(n AS HUGEINT) - 18446744073709551616 ELSE CAST(n AS HUGEINT) END AS BIGINT);
CREATE MACRO carrel_clamped_int(x) AS CASE WHEN x >= 9.2233720368547758e18 THEN 9223372036854775807 WHEN x <= -9.2233720368547758e18 THEN -9223372036854775808 ELSE TRY_CAST(round(x) AS BIGINT) END;
CREATE MACRO carrel_bits(n) AS TRY_CAST(CASE WHEN n < 0 THEN CAST(n AS HUGEINT) + 18446744073709551616 ELSE CAST(n AS HUGEINT) END AS UBIGINT);
-- A text that says more than 64 bits hold is the largest or smallest number that they do.
CREATE MACRO carrel_signed_text(s) AS CASE WHEN s IS NULL THEN NULL ELSE coalesce(carrel_signed(carrel_bounded_huge(carrel_whole_number(s))), 0) END;
CREATE MACRO carrel_unsigned(s) AS CASE WHEN s IS NULL THEN NULL ELSE coalesce(carrel_bits(carrel_bounded_huge(carrel_whole_number(s))), 0) END;

-- Numbers -------------------------------------------------------------------------------------------------------------------------------------------

CREATE MACRO carrel_divide(a, b) AS carrel_finite(a / nullif(b, 0.0));
CREATE MACRO carrel_remainder(a, b) AS carrel_finite(a % nullif(b, 0.0));
CREATE MACRO carrel_pow(a, b) AS carrel_finite(TRY(pow(a, b)));
CREATE MACRO carrel_sqrt(x) AS CASE WHEN x >= 0 THEN sqrt(abs(x)) END;
CREATE MACRO carrel_exp(x) AS carrel_finite(TRY(exp(x)));
CREATE MACRO carrel_ln(x) AS CASE WHEN x > 0 THEN TRY(ln(x)) END;
CREATE MACRO carrel_log(b, x) AS CASE WHEN x > 0 AND b > 0 AND b <> 1 THEN CASE b WHEN 10 THEN TRY(log10(x)) ELSE carrel_finite(TRY(ln(x)) / nullif(TRY(ln(b)), 0.0)) END END;
CREATE MACRO carrel_sin(x) AS carrel_finite(TRY(sin(x)));
CREATE MACRO carrel_cos(x) AS carrel_finite(TRY(cos(x)));
CREATE MACRO carrel_tan(x) AS carrel_finite(TRY(tan(x)));
CREATE MACRO carrel_cot(x) AS carrel_finite(TRY(1.0 / nullif(TRY(tan(x)), 0.0)));
CREATE MACRO carrel_degrees(x) AS carrel_finite(degrees(x));
CREATE MACRO carrel_asin(x) AS CASE WHEN x BETWEEN -1 AND 1 THEN TRY(asin(x)) END;
CREATE MACRO carrel_acos(x) AS CASE WHEN x BETWEEN -1 AND 1 THEN TRY(acos(x)) END;
CREATE MACRO carrel_round_places(x, n) AS CASE WHEN n > 17 OR abs(x) >= 1e15 AND n >= 0 THEN x ELSE carrel_finite(TRY(round_even(x * pow(10.0, n), 0) / pow(10.0, n) + 0.0)) END;
CREATE MACRO carrel_truncate_places(x, n) AS CASE WHEN n > 17 OR abs(x) >= 1e15 AND n >= 0 THEN x ELSE carrel_finite(TRY(trunc(x * pow(10.0, n)) / pow(10.0, n) + 0.0)) END;
CREATE MACRO carrel_shift_left(a, n) AS CASE WHEN n IS NULL THEN NULL WHEN n < 0 OR n > 63 THEN CAST(0 AS UBIGINT) ELSE CAST((CAST(a AS UHUGEINT) * CAST(pow(2.0, CASE WHEN n BETWEEN 0 AND 63 THEN n ELSE 0 END) AS UHUGEINT)) % 18446744073709551616::UHUGEINT AS UBIGINT) END;
CREATE MACRO carrel_shift_right(a, n) AS CASE WHEN n IS NULL THEN NULL WHEN n < 0 OR n > 63 THEN CAST(0 AS UBIGINT) ELSE CAST(CAST(a AS UHUGEINT) // CAST(pow(2.0, CASE WHEN n BETWEEN 0 AND 63 THEN n ELSE 0 END) AS UHUGEINT) AS UBIGINT) END;
CREATE MACRO carrel_seeded(n) AS CAST(hash(n) % 1000000007 AS DOUBLE) / 1000000007.0;
CREATE MACRO carrel_crc_byte(c, b) AS list_reduce(list_prepend(xor(c, b), [CAST(0 AS BIGINT), 0, 0, 0, 0, 0, 0, 0]), lambda d, i: CASE WHEN d % 2 = 1 THEN xor(d // 2, 3988292384) ELSE d // 2 END);
CREATE MACRO carrel_crc32(s) AS CASE WHEN s IS NOT NULL THEN xor(list_reduce(list_prepend(CAST(4294967295 AS BIGINT),
    list_transform(regexp_extract_all(hex(encode(s)), '..'), lambda h: CAST(concat('0x', h) AS BIGINT))), lambda c, b: carrel_crc_byte(c, b)), 4294967295) END;
CREATE MACRO carrel_bit_count(n) AS length(replace(bin(n), '0', ''));
-- MariaDB writes out what is from 1e-15 to 1e15, with the shortest digits that give the number.
CREATE MACRO carrel_double_text(x) AS CASE
    WHEN x = 0 THEN '0'
    WHEN abs(x) >= 1e-15 AND abs(x) < 1e-4 THEN concat(CASE WHEN x < 0 THEN '-' ELSE '' END, '0.',
        repeat('0', TRY_CAST(split_part(CAST(x AS VARCHAR), 'e-', 2) AS BIGINT) - 1), regexp_replace(CAST(x AS VARCHAR), '-|\.|e.*', '', 'g'))
    WHEN abs(x) >= 1e15 AND abs(x) < 1e16 AND x = trunc(x) THEN replace(regexp_replace(split_part(CAST(x AS VARCHAR), '.', 1), '^(-?\d)(\d*?)0*$', '\1.\2e15'), '.e', 'e')
    ELSE replace(regexp_replace(CAST(x AS VARCHAR), '\.0(e|$)', '\1'), 'e+', 'e') END;
CREATE MACRO carrel_fixed_text(x, places) AS CASE WHEN x IS NULL THEN NULL ELSE TRY(format('{:.' || CAST(places AS VARCHAR) || 'f}', x)) END;
CREATE MACRO carrel_format(x, places) AS CASE WHEN x IS NULL THEN NULL ELSE TRY(format('{:,.' || CAST(places AS VARCHAR) || 'f}', x)) END;

-- Text ----------------------------------------------------------------------------------------------------------------------------------------------

-- upper, not lower: `_` sorts after the letters in MySQL's general collations. The sharp s stays what it is.
CREATE MACRO carrel_upper(s) AS CASE WHEN contains(s, 'ß') THEN replace(upper(s), 'ẞ', 'ß') ELSE upper(s) END;
CREATE MACRO carrel_like_fold(s) AS upper(strip_accents(s));
CREATE MACRO carrel_fold(s) AS rtrim(upper(strip_accents(s)), ' ');
-- Of a number that is not NULL.
CREATE MACRO carrel_clamp(n) AS CAST(least(greatest(n, -2000000000), 2000000000) AS BIGINT);
-- Bytes as text and back, on their hexadecimal digits. A byte that is no UTF-8 stands in a text as the code point U+10FE00 and itself: F4 8F BA and the byte,
-- or F4 8F BB and the byte less 40, and so do the four bytes of such a code point itself. FB is no byte of UTF-8, so a prefix is never found between two bytes.
CREATE MACRO carrel_raw(h) AS replace(replace(replace(replace(replace(h, 'F48FBA', ''), 'F48FBB8', 'C'), 'F48FBB9', 'D'), 'F48FBBA', 'E'), 'F48FBBB', 'F');
CREATE MACRO carrel_any_text(h) AS decode(unhex(replace(replace(replace(replace(replace(rtrim(
    regexp_replace(h, '((?:[0-7].|(?:C[2-9A-F]|D.)[89AB].|(?:E0[AB].|E[1-9A-CEF][89AB].|ED[89].)[89AB].|(?:F0[9AB].|F[1-3][89AB].|F48[0-9A-E])(?:[89AB].){2}|F48F(?:[89A].|B[0-7C-F])[89AB].)*)([89A-F].|$)', '\1<\2', 'g'),
    '<'), '<C', 'F48FBB8'), '<D', 'F48FBB9'), '<E', 'F48FBBA'), '<F', 'F48FBBB'), '<', 'F48FBA')));
CREATE MACRO carrel_blob_text(b) AS coalesce(TRY(decode(b)), carrel_any_text(hex(b)));
-- As text of a character set: a byte that is none of its characters is `?`, a character that it has not as many as `most` says (one for each byte of bytes).
CREATE MACRO carrel_utf8mb4(s) AS CASE WHEN strlen(s) = length(s) THEN s ELSE regexp_replace(s, '[\x{10FE00}-\x{10FEFF}]', '?', 'g') END;
CREATE MACRO carrel_utf8mb3(s, most) AS CASE WHEN strlen(s) = length(s) THEN s ELSE regexp_replace(carrel_utf8mb4(s), '[\x{10000}-\x{10FFFF}]', most, 'g') END;
CREATE MACRO carrel_octets(s) AS CASE WHEN strlen(s) = length(s) THEN length(s)
    ELSE strlen(s) - 3 * (length(s) - length(regexp_replace(s, '[\x{10FE00}-\x{10FEFF}]', '', 'g'))) END;
CREATE MACRO carrel_substr(s, p, n) AS CASE
    WHEN s IS NULL OR p IS NULL OR n IS NULL THEN NULL WHEN p = 0 OR n <= 0 OR p < -length(s) THEN '' ELSE substr(s, carrel_clamp(p), carrel_clamp(n)) END;
CREATE MACRO carrel_right(s, n) AS CASE WHEN s IS NULL OR n IS NULL THEN NULL WHEN n <= 0 THEN '' WHEN n >= length(s) THEN s ELSE substr(s, length(s) - n + 1) END;
-- The constants i and count are positive, `plain` is a column: what stands in a text's place costs nothing to be written again.
CREATE MACRO carrel_whole(h, part) AS CASE WHEN NOT contains(h, 'F48FB') THEN TRY(decode(unhex(part))) END;
CREATE MACRO carrel_bytes_cut(plain, i, count) AS CASE WHEN strlen(plain) = length(plain) THEN substr(plain, i, count)
    ELSE coalesce(carrel_whole(hex(encode(plain)), substr(hex(encode(plain)), 2 * i - 1, 2 * count)),
        carrel_any_text(substr(carrel_raw(hex(encode(plain))), 2 * i - 1, 2 * count))) END;
CREATE MACRO carrel_bytes_end(plain, count) AS CASE WHEN strlen(plain) = length(plain) THEN right(plain, count)
    ELSE coalesce(carrel_whole(hex(encode(plain)), right(hex(encode(plain)), 2 * count)), carrel_any_text(right(carrel_raw(hex(encode(plain))), 2 * count))) END;
CREATE MACRO carrel_bytes_substr(s, p, n) AS CASE WHEN strlen(s) = length(s) OR s IS NULL OR n IS NULL OR p IS NULL THEN carrel_substr(s, p, n)
    WHEN p = 0 OR n <= 0 OR p < -carrel_octets(s) THEN ''
    ELSE carrel_any_text(substr(carrel_raw(hex(encode(s))), CASE WHEN p > 0 THEN 2 * carrel_clamp(p) - 1 ELSE 2 * carrel_clamp(p) END, 2 * carrel_clamp(n))) END;
CREATE MACRO carrel_filled(s, n) AS CASE WHEN carrel_octets(s) < n AND n <= 65535 THEN s || repeat(chr(0), n - carrel_octets(s)) ELSE s END;
CREATE MACRO carrel_bytes_right(s, n) AS CASE WHEN strlen(s) = length(s) OR n IS NULL OR n <= 0 THEN carrel_right(s, n)
    ELSE carrel_any_text(right(carrel_raw(hex(encode(s))), 2 * carrel_clamp(n))) END;
CREATE MACRO carrel_locate(part, s, p) AS CASE
    WHEN part IS NULL OR s IS NULL OR p IS NULL THEN NULL WHEN p < 1 OR p > length(s) + 1 THEN 0
    WHEN p = 1 THEN instr(s, part) ELSE coalesce(nullif(instr(substr(s, p), part), 0) + p - 1, 0) END;
CREATE MACRO carrel_marked(s) AS regexp_replace(carrel_raw(hex(encode(s))), '(..)', '\1,', 'g');
CREATE MACRO carrel_instr(part, s) AS instr(s, part);
CREATE MACRO carrel_bytes_instr(part, s) AS CASE WHEN strlen(s) = length(s) OR instr(s, part) <= 1 THEN instr(s, part)
    ELSE carrel_octets(substr(s, 1, instr(s, part) - 1)) + 1 END;
CREATE MACRO carrel_bytes_locate(part, s, p) AS CASE WHEN s IS NULL OR part IS NULL OR p IS NULL THEN NULL WHEN strlen(s) = length(s) THEN carrel_locate(part, s, p)
    WHEN p < 1 OR p > carrel_octets(s) + 1 THEN 0
    ELSE coalesce(nullif(instr(substr(carrel_marked(s), 3 * p - 2), carrel_marked(part)), 0) // 3 + p, 0) END;
CREATE MACRO carrel_replace(s, part, new) AS CASE WHEN new IS NULL AND instr(s, part) = 0 THEN s WHEN part = '' THEN CASE WHEN new IS NULL THEN NULL ELSE s END ELSE replace(s, part, new) END;
CREATE MACRO carrel_ltrim(s, part := ' ') AS CASE WHEN part = '' THEN s WHEN length(part) = 1 THEN ltrim(s, part) ELSE TRY(regexp_replace(s, '^(?:' || regexp_escape(part) || ')+', '')) END;
CREATE MACRO carrel_rtrim(s, part := ' ') AS CASE WHEN part = '' THEN s WHEN length(part) = 1 THEN rtrim(s, part) ELSE TRY(regexp_replace(s, '(?:' || regexp_escape(part) || ')+$', '')) END;
CREATE MACRO carrel_trim(s, part := ' ') AS carrel_rtrim(carrel_ltrim(s, part), part);
CREATE MACRO carrel_lpad(s, n, fill) AS CASE WHEN s IS NULL OR n IS NULL OR fill IS NULL OR n < 0 OR n > 16777216 THEN NULL WHEN n <= length(s) THEN substr(s, 1, n) WHEN fill = '' THEN NULL ELSE TRY(lpad(s, CAST(n AS INTEGER), fill)) END;
CREATE MACRO carrel_rpad(s, n, fill) AS CASE WHEN s IS NULL OR n IS NULL OR fill IS NULL OR n < 0 OR n > 16777216 THEN NULL WHEN n <= length(s) THEN substr(s, 1, n) WHEN fill = '' THEN NULL ELSE TRY(rpad(s, CAST(n AS INTEGER), fill)) END;
CREATE MACRO carrel_repeat(s, n) AS CASE WHEN s IS NULL OR n IS NULL THEN NULL WHEN n <= 0 OR s = '' THEN '' WHEN n > 16777216 OR n * strlen(s) > 16777216 THEN NULL ELSE TRY(repeat(s, n)) END;
CREATE MACRO carrel_unhex(s) AS TRY(unhex(CASE WHEN length(s) % 2 = 1 THEN concat('0', s) ELSE s END));
CREATE MACRO carrel_from_base64(s) AS TRY(from_base64(regexp_replace(s, '\s', '', 'g')));
CREATE MACRO carrel_to_base64(b) AS rtrim(regexp_replace(to_base64(b), '(.{76})', concat('\1', chr(10)), 'g'), chr(10));
CREATE MACRO carrel_parse_base(s, base) AS list_reduce(
    list_prepend(CAST(0 AS HUGEINT), list_transform(string_split(upper(s), ''), lambda c: CAST(instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', c) - 1 AS HUGEINT))), lambda a, d: a * base + d);
CREATE MACRO carrel_base_digits(s, base) AS regexp_extract(upper(s), concat('^\s*-?([', substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', 1, base), ']*)'), 1);
CREATE MACRO carrel_print_base(n, base) AS CASE WHEN n <= 9223372036854775807 THEN to_base(CAST(n AS BIGINT), base)
    ELSE concat(to_base(CAST(n // base AS BIGINT), base), to_base(CAST(n % base AS BIGINT), base)) END;
CREATE MACRO carrel_based(s, source) AS least(coalesce(
    CASE WHEN carrel_base_digits(s, source) = '' THEN CAST(0 AS HUGEINT) ELSE TRY(carrel_parse_base(carrel_base_digits(s, source), source)) END, 18446744073709551615), 18446744073709551615);
CREATE MACRO carrel_conv(s, source, target) AS CASE WHEN s IS NULL OR s = '' THEN NULL
    ELSE TRY(carrel_print_base(CASE WHEN ltrim(s) LIKE '-%' THEN (18446744073709551616 - carrel_based(s, source)) % 18446744073709551616 ELSE carrel_based(s, source) END, target)) END;
CREATE MACRO carrel_glue(l, part) AS list_reduce(l, lambda a, b: concat(a, part, b));
CREATE MACRO carrel_substring_index(s, part, n) AS CASE
    WHEN s IS NULL OR part IS NULL OR n IS NULL THEN NULL WHEN n = 0 OR part = '' OR s = '' THEN ''
    WHEN n > 0 THEN carrel_glue(list_slice(string_split(s, part), 1, carrel_clamp(n)), part)
    ELSE carrel_glue(list_slice(string_split(s, part), greatest(len(string_split(s, part)) + 1 + carrel_clamp(n), 1), len(string_split(s, part))), part) END;
CREATE MACRO carrel_joined(l, direction, part) AS nullif(array_to_string(CAST(list_sort(l, direction) AS VARCHAR[]), part), '');
-- Of values `v` with what orders them, `o`: each value once, where it comes first.
CREATE MACRO carrel_firsts(s) AS list_filter(s, lambda p, place: place = 1 OR s[place - 1].v <> p.v);
CREATE MACRO carrel_joined_by(l, direction, part) AS nullif(array_to_string(list_transform(list_sort(list_transform(carrel_firsts(list_sort(l, direction)),
    lambda p: struct_pack(o := p.o, v := p.v)), direction), lambda p: p.v), part), '');
CREATE MACRO carrel_find_in_set(part, parts) AS CASE WHEN part IS NULL OR parts IS NULL THEN NULL WHEN parts = '' THEN 0 ELSE coalesce(list_position(string_split(parts, ','), part), 0) END;
CREATE MACRO carrel_insert(s, p, n, new) AS CASE WHEN s IS NULL OR p IS NULL OR n IS NULL OR new IS NULL THEN NULL WHEN p < 1 OR p > length(s) THEN s
    WHEN n < 0 OR n > length(s) THEN substr(s, 1, p - 1) || new ELSE substr(s, 1, p - 1) || new || substr(s, p + n) END;
CREATE MACRO carrel_run(s) AS regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(s, '1+', '1', 'g'), '2+', '2', 'g'), '3+', '3', 'g'), '4+', '4', 'g'), '5+', '5', 'g'), '6+', '6', 'g');
CREATE MACRO carrel_codes(s) AS translate(s, 'BFPVCGJKQSXZDTLMNRAEIOUHWY', '11112222222233455600000000');
CREATE MACRO carrel_soundex_of(s) AS CASE WHEN s = '' THEN '' ELSE rpad(substr(s, 1, 1) || CASE WHEN carrel_codes(substr(s, 1, 1)) = '0'
    THEN carrel_run(replace(carrel_codes(substr(s, 2)), '0', '')) ELSE substr(carrel_run(replace(carrel_codes(s), '0', '')), 2) END,
    CAST(greatest(4, 1 + length(CASE WHEN carrel_codes(substr(s, 1, 1)) = '0' THEN carrel_run(replace(carrel_codes(substr(s, 2)), '0', '')) ELSE substr(carrel_run(replace(carrel_codes(s), '0', '')), 2) END)) AS INTEGER), '0') END;
CREATE MACRO carrel_soundex(s) AS carrel_soundex_of(regexp_replace(upper(s), '[^A-Z]', '', 'g'));
CREATE MACRO carrel_char(n) AS CASE WHEN n IS NULL THEN '' WHEN n BETWEEN 0 AND 127 THEN chr(CAST(n AS INTEGER)) ELSE NULL END;
CREATE MACRO carrel_ascii(s) AS CASE WHEN s = '' THEN 0 ELSE TRY(CAST(concat('0x', substr(hex(encode(substr(s, 1, 1))), 1, 2)) AS BIGINT)) END;
CREATE MACRO carrel_ord(s) AS CASE WHEN s = '' THEN 0 ELSE TRY(CAST(concat('0x', hex(encode(substr(s, 1, 1)))) AS BIGINT)) END;
CREATE MACRO carrel_quote(s) AS CASE WHEN s IS NULL THEN 'NULL' ELSE concat('''', replace(replace(replace(s, '\', '\\'), '''', '\'''), chr(26), '\Z'), '''') END;
CREATE MACRO carrel_inet_ntoa(n) AS CASE WHEN n BETWEEN 0 AND 4294967295 THEN concat(n // 16777216, '.', n // 65536 % 256, '.', n // 256 % 256, '.', n % 256) END;
CREATE MACRO carrel_inet_part(s, i) AS CASE WHEN TRY_CAST(split_part(s, '.', i) AS UTINYINT) IS NOT NULL THEN CAST(TRY_CAST(split_part(s, '.', i) AS UTINYINT) AS BIGINT) END;
CREATE MACRO carrel_inet_aton(s) AS CASE WHEN regexp_full_match(s, '\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}') THEN
    carrel_inet_part(s, 1) * 16777216 + carrel_inet_part(s, 2) * 65536 + carrel_inet_part(s, 3) * 256 + carrel_inet_part(s, 4) END;
CREATE MACRO carrel_inet4_hex(s) AS printf('%08X', CAST(carrel_inet_aton(s) AS BIGINT));
CREATE MACRO carrel_inet_tail(s) AS CASE WHEN contains(s, '.') THEN regexp_replace(s, '[^:]*$', '') || substr(carrel_inet4_hex(regexp_extract(s, '[^:]*$')), 1, 4)
    || ':' || substr(carrel_inet4_hex(regexp_extract(s, '[^:]*$')), 5, 4) ELSE s END;
CREATE MACRO carrel_inet_list(s) AS list_filter(string_split(s, ':'), lambda g: g <> '');
CREATE MACRO carrel_inet_zeros(n) AS repeat('0000', CAST(n AS BIGINT));
CREATE MACRO carrel_inet_four(l) AS array_to_string(list_transform(l, lambda g: lpad(g, 4, '0')), '');
CREATE MACRO carrel_inet6_hex(s) AS CASE
    WHEN regexp_full_match(s, '[0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4}){7}') THEN carrel_inet_four(string_split(s, ':'))
    WHEN regexp_full_match(s, '(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?') AND length(carrel_inet_list(s)) <= 7
    THEN carrel_inet_four(carrel_inet_list(split_part(s, '::', 1))) || carrel_inet_zeros(8 - length(carrel_inet_list(s)))
        || carrel_inet_four(carrel_inet_list(split_part(s, '::', 2))) END;
CREATE MACRO carrel_inet6_aton(s) AS TRY(unhex(CASE WHEN contains(s, ':') THEN carrel_inet6_hex(carrel_inet_tail(s)) ELSE carrel_inet4_hex(s) END));
CREATE MACRO carrel_hex_byte(h, i) AS CAST(CAST(concat('0x', substr(h, 2 * i - 1, 2)) AS INTEGER) AS VARCHAR);
CREATE MACRO carrel_hex_group(h, i) AS coalesce(nullif(ltrim(substr(lower(h), 4 * i - 3, 4), '0'), ''), '0');
CREATE MACRO carrel_groups(h) AS concat_ws(':', carrel_hex_group(h, 1), carrel_hex_group(h, 2), carrel_hex_group(h, 3), carrel_hex_group(h, 4),
    carrel_hex_group(h, 5), carrel_hex_group(h, 6), carrel_hex_group(h, 7), carrel_hex_group(h, 8));
CREATE MACRO carrel_squeeze_one(g, zeros) AS regexp_replace(g, concat('(^|:)', zeros, '(:|$)'), '::');
CREATE MACRO carrel_squeeze(g) AS CASE
    WHEN regexp_matches(g, '(^|:)0(:0){7}(:|$)') THEN carrel_squeeze_one(g, '0(?::0){7}') WHEN regexp_matches(g, '(^|:)0(:0){6}(:|$)') THEN carrel_squeeze_one(g, '0(?::0){6}')
    WHEN regexp_matches(g, '(^|:)0(:0){5}(:|$)') THEN carrel_squeeze_one(g, '0(?::0){5}') WHEN regexp_matches(g, '(^|:)0(:0){4}(:|$)') THEN carrel_squeeze_one(g, '0(?::0){4}')
    WHEN regexp_matches(g, '(^|:)0(:0){3}(:|$)') THEN carrel_squeeze_one(g, '0(?::0){3}') WHEN regexp_matches(g, '(^|:)0(:0){2}(:|$)') THEN carrel_squeeze_one(g, '0(?::0){2}')
    WHEN regexp_matches(g, '(^|:)0:0(:|$)') THEN carrel_squeeze_one(g, '0:0') ELSE g END;
CREATE MACRO carrel_inet6_ntoa(b) AS CASE octet_length(b)
    WHEN 4 THEN TRY(concat_ws('.', carrel_hex_byte(hex(b), 1), carrel_hex_byte(hex(b), 2), carrel_hex_byte(hex(b), 3), carrel_hex_byte(hex(b), 4)))
    WHEN 16 THEN TRY(carrel_squeeze(carrel_groups(hex(b)))) END;

-- Patterns that are computed. A lambda's variable is no constant, so that a bad pattern is met where TRY stands, not before.

CREATE MACRO carrel_closed(p, mark) AS CASE WHEN (length(p) - length(rtrim(p, mark))) % 2 = 1 THEN p || mark ELSE p END;
CREATE MACRO carrel_like(s, p, mark) AS like_escape(s, carrel_closed(p, mark), mark);
CREATE MACRO carrel_matches(s, p) AS TRY(list_extract(list_transform([p], lambda q: regexp_matches(s, q)), 1));
CREATE MACRO carrel_matches_any_case(s, p) AS TRY(list_extract(list_transform([p], lambda q: regexp_matches(s, q, 'i')), 1));
CREATE MACRO carrel_extract(s, p) AS TRY(list_extract(list_transform([p], lambda q: regexp_extract(s, q, 0)), 1));
CREATE MACRO carrel_extract_any_case(s, p) AS TRY(list_extract(list_transform([p], lambda q: regexp_extract(s, q, 0, 'i')), 1));
CREATE MACRO carrel_substitute(s, p, r) AS TRY(list_extract(list_transform([p], lambda q: regexp_replace(s, q, r, 'g')), 1));
CREATE MACRO carrel_substitute_any_case(s, p, r) AS TRY(list_extract(list_transform([p], lambda q: regexp_replace(s, q, r, 'gi')), 1));

-- Dates and times -----------------------------------------------------------------------------------------------------------------------------------

CREATE MACRO carrel_timestamp14(s) AS try_strptime(s, '%Y%m%d%H%M%S');
CREATE MACRO carrel_timestamp(s) AS CASE
    WHEN length(s) = 14 AND NOT contains(s, '-') AND NOT contains(s, ':') THEN try_strptime(s, '%Y%m%d%H%M%S')
    WHEN length(s) = 8 AND NOT contains(s, '-') AND NOT contains(s, ':') AND NOT contains(s, '/') THEN try_strptime(s, '%Y%m%d')
    WHEN regexp_full_match(s, '\d{12}') THEN try_strptime(s, '%y%m%d%H%M%S')
    WHEN regexp_full_match(s, '\d{6}') THEN try_strptime(s, '%y%m%d')
    ELSE try_strptime(regexp_extract(regexp_replace(regexp_replace(trim(s), '[/.]', '-', 'g'), '^(\d+-\d+-\d+)[T ]+', '\1 '), '^(?:\d{2}){1,2}-\d{1,2}-\d{1,2}(?: \d{1,2}(?::\d{1,2}(?::\d{1,2})?)?)?'),
        ['%y-%m-%d %H:%M:%S', '%y-%m-%d', '%Y-%m-%d %H:%M:%S', '%Y-%m-%d', '%Y-%m-%d %H:%M', '%Y-%m-%d %H']) END;
CREATE MACRO carrel_moment14(s) AS CASE WHEN s IS NULL THEN NULL ELSE coalesce(carrel_timestamp14(s), TIMESTAMP '0001-01-01 00:00:00') END;
CREATE MACRO carrel_moment(s) AS CASE WHEN s IS NULL THEN NULL ELSE coalesce(carrel_timestamp(s), TIMESTAMP '0001-01-01 00:00:00') END;
CREATE MACRO carrel_time_text(t) AS CASE WHEN isfinite(t) THEN CAST(t AS VARCHAR) END;
CREATE MACRO carrel_moment_text(t, with_time, fraction) AS CASE WHEN with_time THEN strftime(t, '%Y-%m-%d %H:%M:%S') || fraction ELSE strftime(t, '%Y-%m-%d') END;
CREATE MACRO carrel_date_number(d) AS (year(d) * 10000 + month(d) * 100 + day(d));
CREATE MACRO carrel_time_number(t) AS ((year(t) * 10000 + month(t) * 100 + day(t)) * 1000000 + hour(t) * 10000 + minute(t) * 100 + second(t));
CREATE MACRO carrel_microsecond(t) AS (microsecond(t) % 1000000);
CREATE MACRO carrel_epoch(t) AS TRY_CAST(floor(epoch(t)) AS BIGINT);
CREATE MACRO carrel_from_epoch(x) AS CASE WHEN x >= 0 AND x <= 2147483647 THEN TRY(make_timestamp(CAST(round(x * 1000000) AS BIGINT))) END;
CREATE MACRO carrel_bounded(n, most) AS CASE WHEN n BETWEEN -most AND most THEN n END;
CREATE MACRO carrel_valid(t) AS CASE WHEN t BETWEEN TIMESTAMP '0001-01-01 00:00:00' AND TIMESTAMP '9999-12-31 23:59:59.999999' THEN t END;
CREATE MACRO carrel_on_a_day(n) AS CAST(TIMESTAMP '2000-01-01 00:00:00' + to_seconds(CAST(carrel_bounded(n, 4000000) AS DOUBLE)) AS TIMESTAMP);
CREATE MACRO carrel_interval_part(s, count, i) AS (CASE WHEN trim(s) LIKE '-%' THEN -1 ELSE 1 END * coalesce(TRY_CAST(list_extract(
    regexp_extract_all(s, '\d+'), CAST(i - (count - len(regexp_extract_all(s, '\d+'))) AS INTEGER)) AS INTEGER), 0));
CREATE MACRO carrel_new_year_before(t) AS CAST(make_date(CAST(year(t) - 1 AS BIGINT), 12, 31) AS TIMESTAMP);
-- Modes 4 and 6: a week from Sunday belongs to the year that its Wednesday is in.
CREATE MACRO carrel_wednesday(t) AS (CAST(t AS DATE) - CAST(dayofweek(t) AS INTEGER) + 3);
-- WEEK in each of its modes.
CREATE MACRO carrel_week_0(t) AS ((dayofyear(t) + 6 - dayofweek(t)) // 7);
CREATE MACRO carrel_week_1(t) AS CASE WHEN isoyear(t) < year(t) THEN 0 WHEN isoyear(t) > year(t) THEN 53 ELSE weekofyear(t) END;
CREATE MACRO carrel_week_2(t) AS coalesce(nullif(carrel_week_0(t), 0), carrel_week_0(carrel_new_year_before(t)));
CREATE MACRO carrel_week_3(t) AS weekofyear(t);
CREATE MACRO carrel_week_4(t) AS CASE WHEN year(carrel_wednesday(t)) < year(t) THEN 0 WHEN year(carrel_wednesday(t)) > year(t) THEN 53 ELSE (dayofyear(carrel_wednesday(t)) + 6) // 7 END;
CREATE MACRO carrel_week_5(t) AS ((dayofyear(t) + 7 - isodow(t)) // 7);
CREATE MACRO carrel_week_6(t) AS ((dayofyear(carrel_wednesday(t)) + 6) // 7);
CREATE MACRO carrel_week_7(t) AS coalesce(nullif(carrel_week_5(t), 0), carrel_week_5(carrel_new_year_before(t)));
CREATE MACRO carrel_yearweek_2(t) AS ((year(t) - CASE WHEN carrel_week_0(t) = 0 THEN 1 ELSE 0 END) * 100 + carrel_week_2(t));
CREATE MACRO carrel_yearweek_3(t) AS (isoyear(t) * 100 + weekofyear(t));
CREATE MACRO carrel_yearweek_6(t) AS (year(carrel_wednesday(t)) * 100 + carrel_week_6(t));
CREATE MACRO carrel_yearweek_7(t) AS ((year(t) - CASE WHEN carrel_week_5(t) = 0 THEN 1 ELSE 0 END) * 100 + carrel_week_7(t));
CREATE MACRO carrel_day_suffix(t) AS concat(day(t), CASE WHEN day(t) BETWEEN 11 AND 13 THEN 'th' WHEN day(t) % 10 = 1 THEN 'st' WHEN day(t) % 10 = 2 THEN 'nd' WHEN day(t) % 10 = 3 THEN 'rd' ELSE 'th' END) || CASE WHEN t IS NULL THEN NULL ELSE '' END;
-- The day `d`, by its name or number (Sunday is 0), of the week `w` of the year `y`; `i` is 0 where weeks begin on Sunday, 1 on Monday.
CREATE MACRO carrel_week_day(d) AS coalesce(TRY_CAST(d AS INTEGER), list_position(['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'], substr(lower(d), 1, 3)) - 1);
CREATE MACRO carrel_week_one(f, i) AS CASE WHEN i = 0 THEN CASE WHEN dayofweek(f) = 0 THEN 0 ELSE 7 - dayofweek(f) END
    ELSE CASE WHEN isodow(f) <= 4 THEN 1 - isodow(f) ELSE 8 - isodow(f) END END;
CREATE MACRO carrel_in_week(f, w, d, i) AS CAST(f + CAST(carrel_week_one(f, i) + (w - 1) * 7 + (d + 7 - i) % 7 AS INTEGER) AS DATE);
CREATE MACRO carrel_week_date(y, w, d, i) AS TRY(carrel_in_week(make_date(TRY_CAST(y AS BIGINT), 1, 1), TRY_CAST(w AS INTEGER), carrel_week_day(d), i));
CREATE MACRO carrel_makedate(y, d) AS CASE WHEN d > 0 AND d < 3660000 AND y BETWEEN 0 AND 9999 THEN CAST(carrel_valid(CAST(TRY(make_date(CASE WHEN y < 70 THEN y + 2000 WHEN y < 100 THEN y + 1900 ELSE y END, 1, 1) + CAST(d - 1 AS INTEGER)) AS TIMESTAMP)) AS DATE) END;
CREATE MACRO carrel_from_days(n) AS CASE WHEN n BETWEEN 366 AND 3652424 THEN CAST(DATE '1970-01-01' + CAST(n - 719528 AS INTEGER) AS DATE) END;
CREATE MACRO carrel_clock_part(s, otherwise, i) AS CASE WHEN regexp_matches(s, '^\s*-?\d{1,3}:\d') THEN TRY_CAST(regexp_extract(split_part(trim(s), ':', i), '\d+') AS BIGINT) ELSE otherwise END;
CREATE MACRO carrel_clock(n) AS CASE WHEN abs(n) % 100 < 60 AND abs(n) // 100 % 100 < 60
    THEN sign(n) * (abs(n) // 10000 * 3600 + abs(n) // 100 % 100 * 60 + abs(n) % 100) END;
CREATE MACRO carrel_time_seconds(s) AS CASE
    WHEN regexp_matches(s, '^\s*-?\d{1,3}:\d{1,2}(:\d{1,2})?') THEN (CASE WHEN trim(s) LIKE '-%' THEN -1 ELSE 1 END) * (
        coalesce(TRY_CAST(ltrim(split_part(trim(s), ':', 1), '-') AS BIGINT), 0) * 3600 + coalesce(TRY_CAST(split_part(trim(s), ':', 2) AS BIGINT), 0) * 60
        + coalesce(TRY_CAST(regexp_extract(split_part(trim(s), ':', 3), '^\d+') AS BIGINT), 0))
    WHEN regexp_full_match(s, '-?\d{1,7}') THEN carrel_clock(TRY_CAST(s AS BIGINT)) ELSE carrel_epoch(carrel_timestamp(s)) % 86400 END;
CREATE MACRO carrel_two(n) AS CASE WHEN n < 10 THEN concat('0', n) ELSE CAST(n AS VARCHAR) END;
CREATE MACRO carrel_seconds_text(n) AS CASE WHEN n IS NOT NULL THEN concat(CASE WHEN n < 0 THEN '-' ELSE '' END,
    CASE WHEN abs(n) > 3020399 THEN '838:59:59' ELSE concat(carrel_two(abs(n) // 3600), ':', carrel_two(abs(n) // 60 % 60), ':', carrel_two(abs(n) % 60)) END) END;
-- `i` is 1 or -1.
CREATE MACRO carrel_addtime(a, b, i) AS CASE WHEN regexp_matches(a, '^\s*-?\d{1,3}:\d|^\s*-?\d{1,7}$') THEN carrel_seconds_text(carrel_time_seconds(a) + i * carrel_time_seconds(b))
    ELSE carrel_time_text(carrel_valid(carrel_timestamp(a) + to_seconds(CAST(i * carrel_time_seconds(b) AS DOUBLE)))) END;
CREATE MACRO carrel_maketime(h, m, s) AS CASE WHEN m BETWEEN 0 AND 59 AND s BETWEEN 0 AND 59 AND abs(h) < 1000000 THEN carrel_seconds_text(h * 3600 + CASE WHEN h < 0 THEN -1 ELSE 1 END * (m * 60 + s)) END;
CREATE MACRO carrel_between(a, b) AS TRY(date_diff('second', a, b));
CREATE MACRO carrel_timediff(a, b, x, y) AS CASE WHEN contains(substr(a, 1, 4), ':') AND contains(substr(b, 1, 4), ':')
    THEN carrel_seconds_text(carrel_time_seconds(a) - carrel_time_seconds(b)) ELSE carrel_seconds_text(carrel_between(y, x)) END;
CREATE MACRO carrel_months(p) AS (CASE WHEN p // 100 < 70 THEN p // 100 + 2000 WHEN p // 100 < 100 THEN p // 100 + 1900 ELSE p // 100 END * 12 + p % 100 - 1);
CREATE MACRO carrel_moment_in_month(t) AS (epoch_us(t) - epoch_us(date_trunc('month', t)));
CREATE MACRO carrel_months_between(a, b) AS (year(b) * 12 + month(b) - year(a) * 12 - month(a) + CASE
    WHEN b >= a AND carrel_moment_in_month(b) < carrel_moment_in_month(a) THEN -1 WHEN b < a AND carrel_moment_in_month(b) > carrel_moment_in_month(a) THEN 1 ELSE 0 END);
CREATE MACRO carrel_period(m) AS (m // 12 * 100 + m % 12 + 1);
CREATE MACRO carrel_period_diff(a, b) AS TRY(carrel_months(a) - carrel_months(b));
CREATE MACRO carrel_period_add(p, n) AS TRY(carrel_period(carrel_months(p) + n));

-- JSON ----------------------------------------------------------------------------------------------------------------------------------------------

CREATE MACRO carrel_json_kind(s, path) AS TRY(json_type(s, path));
CREATE MACRO carrel_json_unquote(s) AS CASE WHEN s LIKE '"%"' THEN coalesce(TRY(json_extract_string(s, '$')), s) ELSE s END;
CREATE MACRO carrel_json_value(s, path) AS CASE WHEN carrel_json_kind(s, path) NOT IN ('OBJECT', 'ARRAY') THEN TRY(json_extract_string(s, path)) END;
CREATE MACRO carrel_json_query(s, path) AS CASE WHEN carrel_json_kind(s, path) IN ('OBJECT', 'ARRAY') THEN CAST(TRY(json_extract(s, path)) AS VARCHAR) END;
CREATE MACRO carrel_json_length(s, path) AS CASE carrel_json_kind(s, path) WHEN 'ARRAY' THEN CAST(TRY(json_array_length(s, path)) AS BIGINT)
    WHEN 'OBJECT' THEN CAST(len(TRY(json_keys(s, path))) AS BIGINT) WHEN NULL THEN NULL ELSE CASE WHEN carrel_json_kind(s, path) IS NULL THEN NULL ELSE 1 END END;
CREATE MACRO carrel_json_type(s, path) AS CASE carrel_json_kind(s, path) WHEN 'VARCHAR' THEN 'STRING' WHEN 'BIGINT' THEN 'INTEGER' WHEN 'UBIGINT' THEN 'INTEGER' ELSE carrel_json_kind(s, path) END;
CREATE MACRO carrel_json_keys(s, path) AS CASE WHEN carrel_json_kind(s, path) = 'OBJECT' THEN CAST(to_json(TRY(json_keys(s, path))) AS VARCHAR) END;

-- Less than the whole: what a policy may let leave its tag behind ---------------------------------------------------------------------------------------

CREATE MACRO carrel_prefix6(h) AS concat(substr(h, 1, 4), ':', substr(h, 5, 4), ':', substr(h, 9, 4), '::/48');
CREATE MACRO carrel_ip_prefix(s) AS CASE WHEN contains(s, ':') THEN CASE WHEN length(carrel_inet6_hex(carrel_inet_tail(s))) = 32 THEN lower(carrel_prefix6(carrel_inet6_hex(carrel_inet_tail(s)))) END
    WHEN carrel_inet_aton(s) IS NOT NULL THEN concat(carrel_inet_ntoa(carrel_inet_aton(s) // 256 * 256), '/24') END;
CREATE MACRO carrel_day(s) AS CASE WHEN regexp_full_match(s, '\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(\d{6})?|\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([ T].*)?') THEN substr(replace(s, '-', ''), 1, 8) END;
CREATE MACRO carrel_agent_family(s) AS CASE WHEN regexp_matches(s, '(?i)bot|spider|crawl|curl|wget|python|java/|http') AND NOT regexp_matches(s, '^Mozilla/5\.0 \([^)]*\) AppleWebKit/[0-9.]+ \(KHTML, like Gecko\)') THEN 'program'
    WHEN regexp_matches(s, 'Edge?/|EdgA/') THEN 'Edge' WHEN regexp_matches(s, 'OPR/|Opera') THEN 'Opera' WHEN contains(s, 'SamsungBrowser/') THEN 'Samsung'
    WHEN regexp_matches(s, 'FxiOS/|Firefox/') THEN 'Firefox' WHEN regexp_matches(s, 'MSIE |Trident/') THEN 'Internet Explorer' WHEN regexp_matches(s, 'CriOS/|Chrome/|Chromium/') THEN 'Chrome'
    WHEN contains(s, 'Safari/') THEN 'Safari' WHEN s IS NOT NULL THEN 'other' END;
