/** The layer with the Node.js that the sample app runs on: Debian 12's own is older than its libraries support. */
import * as fs from "node:fs";
import * as path from "node:path";
import { logFile } from "../paths";
import { cached } from "../programs/cache";
import { fetchPackage } from "../programs/npm-package";
import { NODEJS_PACKAGES } from "../programs/pins";
import { progress } from "../progress";
import { run, SandboxError } from "../shell";
import { type Layer, packLayer } from "./oci";

/** The layer, built when the cache hasn't got it. The libraries that the program needs are in the layer below. */
export async function nodeLayer(): Promise<Layer> {
    const pin = NODEJS_PACKAGES[process.arch];
    if (pin === undefined) {
        throw new SandboxError(`There is no Node.js here for images of a machine with ${process.arch}`);
    }
    const key = { texts: [JSON.stringify(pin)], paths: [__filename] };
    const folder = await cached("node", key, (target) =>
        progress.step(`fetch Node.js ${pin.version} for the images`, async () => {
            const archive = await fetchPackage(pin, target);
            const bin = path.join(target, "root", "usr", "local", "bin");
            fs.mkdirSync(bin, { recursive: true });
            const options = { log: logFile("images") };
            await run("tar", ["-xzf", archive, "-C", bin, "--strip-components=2", "package/bin/node"], options);
            const { file: _, ...descriptor } = await packLayer(
                path.join(target, "root"),
                path.join(target, "node.tar"),
            );
            fs.writeFileSync(path.join(target, "node.json"), JSON.stringify(descriptor));
            fs.rmSync(archive);
            fs.rmSync(path.join(target, "root"), { recursive: true });
        }),
    );
    const descriptor = JSON.parse(fs.readFileSync(path.join(folder, "node.json"), "utf8")) as Omit<Layer, "file">;
    return { ...descriptor, file: path.join(folder, "node.tar") };
}
