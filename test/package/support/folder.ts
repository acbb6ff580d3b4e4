import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Makes an empty folder outside of the repository, so that nothing is found by looking upwards; `files` go into it. */
export function foreignFolder(files: Record<string, string> = {}): string {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bulwark-package-"));
    for (const [name, content] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        fs.writeFileSync(path.join(folder, name), content);
    }
    return folder;
}

export function removeFolder(folder: string): void {
    fs.rmSync(folder, { recursive: true, force: true });
}
