/** PostgreSQL's own form of a password (https://www.rfc-editor.org/rfc/rfc5803). Pure; no Pulumi import. */
import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** PostgreSQL's own number. */
const ITERATIONS = 4_096;

/**
 * What PostgreSQL keeps of a password, to be given to it in the password's place: it checks a login and can't be used for
 * one. The same password gives the same text, so the salt is made from it; that's no loss for one that nobody could guess.
 */
export function scramVerifier(password: string, salt = saltOf(password)): string {
    const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
    const hmac = (text: string) => createHmac("sha256", salted).update(text).digest();
    const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
    return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${storedKey}:${hmac("Server Key").toString("base64")}`;
}

function saltOf(password: string): Buffer {
    return createHash("sha256").update(`bulwark SCRAM salt ${password}`).digest().subarray(0, 16);
}
