/** The layer with Debian's NGINX, which lies over the one that all images share. */
import * as fs from "node:fs";
import * as path from "node:path";
import { cached } from "../programs/cache";
import { progress } from "../progress";
import { aptGet, DEBIAN_PACKAGES, unpack } from "./debian-packages";
import { type Layer, packLayer } from "./oci";

/** NGINX with TLS, limits and the true client's address, and the module that sets headers of any answer. */
const PACKAGES = ["nginx", "libnginx-mod-http-headers-more-filter"];

/** The layer, built when the cache hasn't got it. What the packages depend on is in the layer below. */
export async function nginxLayer(): Promise<Layer> {
    const key = { texts: [JSON.stringify(PACKAGES), process.arch], paths: [__filename, DEBIAN_PACKAGES] };
    const folder = await cached("nginx", key, (target) =>
        progress.step("unpack NGINX", async () => {
            const packages = path.join(target, "packages");
            const root = path.join(target, "root");
            fs.mkdirSync(packages);
            fs.mkdirSync(root);
            await aptGet(["download", "-qq", ...PACKAGES], packages);
            for (const file of fs.readdirSync(packages).sort()) {
                await unpack(path.join(packages, file), root);
            }
            const { file: _, ...descriptor } = await packLayer(root, path.join(target, "nginx.tar"));
            fs.writeFileSync(path.join(target, "nginx.json"), JSON.stringify(descriptor));
            fs.rmSync(packages, { recursive: true });
            fs.rmSync(root, { recursive: true });
        }),
    );
    const descriptor = JSON.parse(fs.readFileSync(path.join(folder, "nginx.json"), "utf8")) as Omit<Layer, "file">;
    return { ...descriptor, file: path.join(folder, "nginx.tar") };
}
