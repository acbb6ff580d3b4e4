/** Passwords, hashed with scrypt and kept in the PHC string format. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

/** One of OWASP's equivalent choices: 32 MiB and about a quarter of a second for each try. */
const LOG_N = 15;
const R = 8;
const P = 3;
const LENGTH = 32;

/** More at once would need more memory than a small pod has; more waiting would only wait in vain. */
const RUNNING = 2;
const WAITING = 16;

/** There are more passwords to check than there is time for. */
export class BusyError extends Error {
    override name = "BusyError";
    readonly statusCode = 503;
}

let running = 0;
const waiting: (() => void)[] = [];

/** The hash to store for a password. */
export async function hashPassword(password: string): Promise<string> {
    const salt = randomBytes(16);
    const hash = await derive(password, salt, LOG_N, R, P);
    return phc(salt, hash);
}

/** Whether a password is the one that was hashed. Without a hash it takes as long, so that names can't be probed. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
    const [, logN, r, p, salt, hash] =
        /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(stored ?? NOBODYS_HASH) ?? [];
    if (salt === undefined || hash === undefined) {
        throw new Error("a stored password hash isn't in the PHC string format for scrypt");
    }
    const expected = Buffer.from(hash, "base64");
    const actual = await derive(password, Buffer.from(salt, "base64"), Number(logN), Number(r), Number(p));
    return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** No password is known to have it. */
const NOBODYS_HASH = phc(randomBytes(16), randomBytes(LENGTH));

function phc(salt: Buffer, hash: Buffer): string {
    return `$scrypt$ln=${LOG_N},r=${R},p=${P}$${text(salt)}$${text(hash)}`;
}

async function derive(password: string, salt: Buffer, logN: number, r: number, p: number): Promise<Buffer> {
    const N = 2 ** logN;
    const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
    await turn();
    try {
        return await new Promise((resolve, reject) => {
            scrypt(password.normalize("NFKC"), salt, LENGTH, options, (error, key) =>
                error ? reject(error) : resolve(key),
            );
        });
    } finally {
        pass();
    }
}

async function turn(): Promise<void> {
    if (running < RUNNING) {
        running += 1;
        return;
    }
    if (waiting.length >= WAITING) {
        throw new BusyError("too many passwords to check at once");
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
}

/** The place goes to who has waited longest; it isn't free in between. */
function pass(): void {
    const next = waiting.shift();
    if (next === undefined) {
        running -= 1;
    } else {
        next();
    }
}

/** Base64 without padding, as the format wants it. */
function text(bytes: Buffer): string {
    return bytes.toString("base64").replaceAll("=", "");
}
