/** The cache of built things: a folder each, named by what determines its content, made once and never changed. */
import { createHash, type Hash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { cacheFolder } from "../paths";

/** What determines a build: texts as they are, and files or folders whose names and content count. */
export interface CacheKey {
    texts: string[];
    paths?: string[];
}

/** A short hash of all that determines a build. The order of folder listings doesn't matter, that of `texts` does. */
export function keyHash(key: CacheKey): string {
    const hash = createHash("sha256");
    for (const text of key.texts) {
        hash.update(`text ${Buffer.byteLength(text)}\n${text}`);
    }
    for (const root of key.paths ?? []) {
        addPath(hash, root, path.basename(root));
    }
    return hash.digest("hex").slice(0, 16);
}

/** Builds of this process that have begun, by the folders that they fill. */
const underWay = new Map<string, Promise<string>>();

/**
 * Path of the cached folder `<kind>-<hash>`. When it isn't there, `build` fills a folder beside it, which is then
 * renamed: an interrupted build leaves nothing that looks finished. Whoever asks meanwhile waits for the same build.
 */
export async function cached(kind: string, key: CacheKey, build: (folder: string) => Promise<void>): Promise<string> {
    const final = path.join(cacheFolder(), `${kind}-${keyHash(key)}`);
    if (fs.existsSync(final)) {
        return final;
    }
    const begun = underWay.get(final) ?? make(kind, final, build).finally(() => underWay.delete(final));
    underWay.set(final, begun);
    return begun;
}

async function make(kind: string, final: string, build: (folder: string) => Promise<void>): Promise<string> {
    const root = path.dirname(final);
    fs.mkdirSync(root, { recursive: true });
    const unfinished = temporaryFolder(root, `.${kind}-`);
    try {
        fs.chmodSync(unfinished, 0o755); // mkdtemp makes it private
        await build(unfinished);
        if (!fs.existsSync(final)) {
            fs.renameSync(unfinished, final);
        }
    } finally {
        fs.rmSync(unfinished, { recursive: true, force: true });
    }
    return final;
}

/**
 * Makes a folder `<prefix><process id>-<random>`, and removes those that processes left which were killed: an
 * interrupted build would otherwise keep gigabytes.
 */
export function temporaryFolder(parent: string, prefix: string): string {
    for (const name of fs.readdirSync(parent).filter((entry) => entry.startsWith(prefix))) {
        const id = /^(\d+)-/.exec(name.slice(prefix.length))?.[1];
        if (id !== undefined && !fs.existsSync(`/proc/${id}`)) {
            fs.rmSync(path.join(parent, name), { recursive: true, force: true });
        }
    }
    return fs.mkdtempSync(path.join(parent, `${prefix}${process.pid}-`));
}

function addPath(hash: Hash, file: string, name: string): void {
    if (!fs.statSync(file).isDirectory()) {
        const content = fs.readFileSync(file);
        hash.update(`file ${name} ${content.length}\n`).update(content);
        return;
    }
    for (const entry of fs.readdirSync(file).sort()) {
        addPath(hash, path.join(file, entry), `${name}/${entry}`);
    }
}
