/** Objects as files, for judges that read nothing else. */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { yamlStream } from "../scripts/yaml-stream";
import type { Manifest } from "./rendering";

/** Runs `work` with a folder that has the given files, and removes it. */
export async function withFiles<T>(files: Record<string, string>, work: (folder: string) => Promise<T>): Promise<T> {
    const folder = fs.mkdtempSync(path.join(tmpdir(), "bulwark-judge-"));
    try {
        for (const [name, text] of Object.entries(files)) {
            fs.writeFileSync(path.join(folder, name), text);
        }
        return await work(folder);
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

/** A file an object, named by its place in the list. */
export function filesOf(objects: Manifest[]): Record<string, string> {
    return Object.fromEntries(objects.map((object, index) => [`${index}.yaml`, yamlStream([object])]));
}

/** The object that a file of `filesOf` has. */
export function objectOf(file: string, objects: Manifest[]): Manifest {
    const object = objects[Number.parseInt(path.basename(file), 10)];
    if (object === undefined) {
        throw new Error(`no object was in ${file}`);
    }
    return object;
}
