/** Layers with Debian packages, which lie over the one that all images share. */
import * as fs from "node:fs";
import * as path from "node:path";
import { cached } from "../programs/cache";
import { progress } from "../progress";
import { aptGet, DEBIAN_PACKAGES, unpack } from "./debian-packages";
import { type Layer, packLayer } from "./oci";

/** NGINX with TLS, limits and the true client's address, and the module that sets headers of any answer. */
export function nginxLayer(): Promise<Layer> {
    return packageLayer("nginx", ["nginx", "libnginx-mod-http-headers-more-filter"]);
}

/** What tells Prometheus about PostgreSQL. */
export function postgresExporterLayer(): Promise<Layer> {
    return packageLayer("postgres-exporter", ["prometheus-postgres-exporter"]);
}

/** A layer, built when the cache hasn't got it. What the packages depend on is in the layer below. */
async function packageLayer(name: string, names: string[]): Promise<Layer> {
    const key = { texts: [JSON.stringify(names), process.arch], paths: [__filename, DEBIAN_PACKAGES] };
    const folder = await cached(name, key, (target) =>
        progress.step(`unpack Debian's ${name}`, async () => {
            const packages = path.join(target, "packages");
            const root = path.join(target, "root");
            fs.mkdirSync(packages);
            fs.mkdirSync(root);
            await aptGet(["download", "-qq", ...names], packages);
            for (const file of fs.readdirSync(packages).sort()) {
                await unpack(path.join(packages, file), root);
            }
            // Units for systemd: as a folder of this layer, /lib would hide the link of that name in the one below.
            fs.rmSync(path.join(root, "lib"), { recursive: true, force: true });
            const { file: _, ...descriptor } = await packLayer(root, path.join(target, "layer.tar"));
            fs.writeFileSync(path.join(target, "layer.json"), JSON.stringify(descriptor));
            fs.rmSync(packages, { recursive: true });
            fs.rmSync(root, { recursive: true });
        }),
    );
    const descriptor = JSON.parse(fs.readFileSync(path.join(folder, "layer.json"), "utf8")) as Omit<Layer, "file">;
    return { ...descriptor, file: path.join(folder, "layer.tar") };
}
