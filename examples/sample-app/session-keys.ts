/** The keys that session cookies are sealed with: the same in every pod, so that a visitor may be served by any. */
import { createHash, hkdfSync } from "node:crypto";

/** A key and its name. */
export interface SessionKey {
    id: string;
    key: Uint8Array;
}

/** For how long the secret is taken to be the same. */
const TRUSTED_MS = 5_000;

/** The key of today and the one before it, made from a secret that may change. */
export class SessionKeys {
    private known: SessionKey[] = [];
    private readAt = 0;

    constructor(private readonly readSecret: () => string) {}

    /** The key for new cookies. */
    current(): SessionKey {
        const [newest] = this.known;
        if (newest !== undefined && Date.now() - this.readAt < TRUSTED_MS) {
            return newest;
        }
        const key = deriveKey(this.readSecret());
        this.readAt = Date.now();
        if (key.id !== newest?.id) {
            this.known = [key, ...(newest === undefined ? [] : [newest])];
        }
        return key;
    }

    /** The key with that name, as long as it may be used. */
    find(id: string | undefined): SessionKey | undefined {
        this.current();
        return this.known.find((key) => key.id === id);
    }
}

/** Nobody can tell the secret from the key, nor the key from its name. */
function deriveKey(secret: string): SessionKey {
    const key = new Uint8Array(hkdfSync("sha256", secret, "", "sample-app session cookie", 32));
    return { id: createHash("sha256").update(key).digest("base64url").slice(0, 8), key };
}
