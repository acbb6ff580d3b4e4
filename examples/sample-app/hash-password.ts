/** Reads a password from standard input and writes the hash to store in `accounts.accounts`. */
import { text } from "node:stream/consumers";
import { hashPassword } from "./passwords";

text(process.stdin)
    .then((input) => hashPassword(input.replace(/\r?\n$/, "")))
    .then((hash) => process.stdout.write(`${hash}\n`));
