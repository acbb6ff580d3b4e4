/** A registry of images and a repository of charts on this machine, with whatever faults a test wants. */
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { splitReference } from "../../../sandbox/images/oci";

/** What a request gets instead of what it asked for. */
export type Fault = 401 | 404 | 429 | 500 | "cut short" | "other content";

export interface Registry {
    /** Host and port, as image names have them. */
    host: string;
    /** What was asked for so far, without the tokens. */
    asked: string[];
    /** What goes wrong with the next requests, by their paths. */
    fault: (path: string) => Fault | undefined;
    /** Makes an image of the layout known by another name and tag. */
    publish(name: string, digest: string): void;
    close(): void;
}

/** Serves the blobs of an OCI layout, to whoever fetches a token first, and below /charts the files of a folder. */
export async function startRegistry(layout: string, charts: string): Promise<Registry> {
    const tags = new Map<string, string>();
    const server = http.createServer((request, response) => {
        const url = new URL(request.url ?? "/", `http://${registry.host}`);
        if (url.pathname === "/token") {
            response.end(JSON.stringify({ token: "of-nobody" }));
            return;
        }
        registry.asked.push(url.pathname);
        const fault = registry.fault(url.pathname);
        if (typeof fault === "number") {
            response.writeHead(fault).end();
        } else if (url.pathname.startsWith("/charts/")) {
            sendFile(response, path.join(charts, path.basename(url.pathname)), fault);
        } else if (request.headers.authorization !== "Bearer of-nobody") {
            const challenge = `Bearer realm="http://${registry.host}/token",service="test"`;
            response.writeHead(401, { "www-authenticate": challenge }).end();
        } else {
            const [name = "", kind, reference = ""] = url.pathname.replace("/v2/", "").split(/\/(manifests|blobs)\//);
            const digest = kind === "blobs" ? reference : (tags.get(`${name}:${reference}`) ?? reference);
            sendBlob(response, layout, digest, kind === "manifests", fault);
        }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const registry: Registry = {
        host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
        asked: [],
        fault: () => undefined,
        publish(image, digest) {
            const { name, tag } = splitReference(image);
            tags.set(`${name}:${tag}`, digest);
        },
        close() {
            server.closeAllConnections();
            server.close();
        },
    };
    return registry;
}

function sendBlob(response: http.ServerResponse, layout: string, digest: string, manifest: boolean, fault?: Fault) {
    const type = manifest ? { "content-type": "application/vnd.oci.image.manifest.v1+json" } : {};
    const file = path.join(layout, "blobs", "sha256", digest.replace("sha256:", ""));
    sendFile(response, file, fault, { ...type, "docker-content-digest": digest });
}

function sendFile(response: http.ServerResponse, file: string, fault?: Fault, headers: http.OutgoingHttpHeaders = {}) {
    if (!fs.existsSync(file)) {
        response.writeHead(404).end();
        return;
    }
    const content = fs.readFileSync(file);
    response.writeHead(200, { ...headers, "content-length": content.length });
    if (fault === "cut short") {
        response.write(content.subarray(0, content.length / 2), () => response.destroy());
    } else {
        response.end(fault === "other content" ? Buffer.alloc(content.length) : content);
    }
}
