/** Somebody who can sign in, as the user has told. */
import * as fs from "node:fs";
import type { Field } from "../../field";
import { Unproven } from "../../probe";

export interface Account {
    name: string;
    password: string;
}

/** The first account of the file; undefined where no file was given. */
export function account({ surroundings: { accounts: file } }: Field): Account | undefined {
    if (file === undefined) {
        return undefined;
    }
    const [first] = Object.entries(read(file));
    if (first === undefined || typeof first[1] !== "string") {
        throw new Unproven(`${file} has no account, {"name": "password"}`);
    }
    return { name: first[0], password: first[1] };
}

function read(file: string): Record<string, unknown> {
    try {
        return JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, unknown>;
    } catch {
        // A parser's message would quote the file.
        throw new Unproven(`${file} can't be read as JSON`);
    }
}

/** An account is needed. */
export function neededAccount(field: Field): Account {
    const found = account(field);
    if (found === undefined) {
        throw new Unproven("it needs somebody who can sign in: name a file with one by --accounts");
    }
    return found;
}
