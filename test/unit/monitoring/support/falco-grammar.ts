/**
 * Falco's grammar of conditions (libsinsp, `filter/parser.h`), as far as rules of ours use it: everything but
 * transformers of fields.
 */

/** A condition, taken apart. */
export type Condition =
    | { kind: "and" | "or"; parts: Condition[] }
    | { kind: "not"; part: Condition }
    | { kind: "macro"; name: string }
    | Check;

/** A comparison of a field. */
export interface Check {
    kind: "check";
    field: string;
    operator: string;
    values: Value[];
}

/** A value, and whether it stood in quotes: else it may be the name of a list. */
export interface Value {
    text: string;
    quoted: boolean;
}

const FIELD = /[a-zA-Z]\w*(\.[a-zA-Z]\w*)+/y;
const ARGUMENT = /\[[^\]\s]+\]/y;
const IDENTIFIER = /(?!(?:and|or|not)\b)[a-zA-Z]\w*/y;
const QUOTED = /"(?:\\"|[^"])*"|'(?:\\'|[^'])*'/y;
const BARE = /[^()"'\s=,]+/y;
const UNARY = /exists\b/y;
const NUMERIC = /<=|<|>=|>/y;
const TEXTUAL = /==|=|!=|(?:bcontains|bstartswith|contains|endswith|glob|icontains|iglob|startswith|regex)(?=\s)/y;
const LISTED = /(?:in|intersects|pmatch)\b/y;

/**
 * Takes a condition apart.
 *
 * @throws SyntaxError with what was expected and the position where it was missing.
 */
export function parseCondition(text: string): Condition {
    const reader = new Reader(text);
    const condition = or(reader);
    if (!reader.atEnd()) {
        reader.fail('"and", "or" or the end');
    }
    return condition;
}

class Reader {
    private position = 0;
    constructor(private readonly text: string) {}

    /** Takes what the pattern holds for, if it stands here. */
    take(pattern: RegExp): string | undefined {
        this.skipBlanks();
        const sticky = new RegExp(pattern.source, "y");
        sticky.lastIndex = this.position;
        const found = sticky.exec(this.text)?.[0];
        this.position += found?.length ?? 0;
        return found;
    }

    expect(pattern: RegExp, what: string): string {
        return this.take(pattern) ?? this.fail(what);
    }

    atEnd(): boolean {
        this.skipBlanks();
        return this.position === this.text.length;
    }

    fail(expected: string): never {
        throw new SyntaxError(
            `expected ${expected} at ${this.position}: …${this.text.slice(this.position, this.position + 30)}`,
        );
    }

    private skipBlanks(): void {
        while (/\s/.test(this.text[this.position] ?? "")) {
            this.position += 1;
        }
    }
}

function or(reader: Reader): Condition {
    return chain(reader, "or", and);
}

function and(reader: Reader): Condition {
    return chain(reader, "and", negation);
}

function chain(reader: Reader, kind: "and" | "or", next: (reader: Reader) => Condition): Condition {
    const parts = [next(reader)];
    while (reader.take(new RegExp(`${kind}(?=[\\s(])`))) {
        parts.push(next(reader));
    }
    const [only] = parts;
    return parts.length === 1 && only ? only : { kind, parts };
}

function negation(reader: Reader): Condition {
    return reader.take(/not(?=[\s(])/) ? { kind: "not", part: negation(reader) } : primary(reader);
}

function primary(reader: Reader): Condition {
    if (reader.take(/\(/)) {
        const inner = or(reader);
        reader.expect(/\)/, '")"');
        return inner;
    }
    const field = reader.take(FIELD);
    if (field === undefined) {
        return { kind: "macro", name: reader.expect(IDENTIFIER, "a field, a macro or a condition in parentheses") };
    }
    reader.take(ARGUMENT);
    return check(reader, field);
}

function check(reader: Reader, field: string): Check {
    const unary = reader.take(UNARY);
    if (unary) {
        return { kind: "check", field, operator: unary, values: [] };
    }
    const listed = reader.take(LISTED);
    if (listed) {
        return { kind: "check", field, operator: listed, values: list(reader) };
    }
    const numeric = reader.take(NUMERIC);
    if (numeric) {
        const number = { text: reader.expect(/[+-]?(?:0x[\da-fA-F]+|\d+(?:\.\d*)?)/, "a number"), quoted: false };
        return { kind: "check", field, operator: numeric, values: [number] };
    }
    const operator = reader.expect(TEXTUAL, "an operator");
    return { kind: "check", field, operator, values: [value(reader)] };
}

function list(reader: Reader): Value[] {
    if (!reader.take(/\(/)) {
        return [{ text: reader.expect(IDENTIFIER, "a list"), quoted: false }];
    }
    if (reader.take(/\)/)) {
        return [];
    }
    const values = [value(reader)];
    while (reader.take(/,/)) {
        values.push(value(reader));
    }
    reader.expect(/\)/, '"," or ")"');
    return values;
}

function value(reader: Reader): Value {
    const quoted = reader.take(QUOTED);
    return quoted === undefined
        ? { text: reader.expect(BARE, "a value"), quoted: false }
        : { text: quoted.slice(1, -1), quoted: true };
}
