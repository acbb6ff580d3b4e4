/** Writes container images as an OCI image layout, with the same digests whenever the content is the same. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "../shell";

/** A blob that others refer to by its digest. */
export interface Descriptor {
    mediaType: string;
    digest: string;
    size: number;
}

/** A layer: a tar file on disk. It isn't compressed, so its digest is also its "diff id". */
export interface Layer extends Descriptor {
    file: string;
}

/** What an image is made of. */
export interface ImageSource {
    /** Full name with tag. */
    reference: string;
    layers: Layer[];
    config: { User?: string; Env: string[]; Entrypoint?: string[]; Cmd?: string[]; StopSignal?: string };
}

const LAYER = "application/vnd.oci.image.layer.v1.tar";
const CONFIG = "application/vnd.oci.image.config.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const EPOCH = "1970-01-01T00:00:00Z";

/** Packs a folder into a layer: sorted, owned by root, without times. */
export async function packLayer(folder: string, file: string): Promise<Layer> {
    const reproducible = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--format=gnu"];
    await run("tar", [...reproducible, "-C", folder, "-cf", file, "."]);
    const hash = createHash("sha256");
    for await (const chunk of fs.createReadStream(file)) {
        hash.update(chunk);
    }
    return { file, mediaType: LAYER, digest: `sha256:${hash.digest("hex")}`, size: fs.statSync(file).size };
}

/** Writes the images into one layout and returns the digest of each image's manifest by its reference. */
export function writeLayout(folder: string, images: ImageSource[]): Record<string, string> {
    fs.mkdirSync(blobFolder(folder), { recursive: true });
    const manifests = images.map((image) => writeImage(folder, image));
    fs.writeFileSync(path.join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
    fs.writeFileSync(path.join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
    return Object.fromEntries(images.map((image, index) => [image.reference, manifests[index]?.digest ?? ""]));
}

/** The parts of an image reference `registry/repository:tag`. */
export function splitReference(reference: string): { name: string; tag: string } {
    const colon = reference.lastIndexOf(":");
    return { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

function writeImage(folder: string, image: ImageSource): Descriptor & { annotations: Record<string, string> } {
    for (const layer of image.layers) {
        const blob = blobPath(folder, layer.digest);
        if (!fs.existsSync(blob)) {
            linkOrCopy(layer.file, blob);
        }
    }
    const config = writeBlob(folder, CONFIG, {
        architecture: process.arch === "x64" ? "amd64" : process.arch,
        os: "linux",
        created: EPOCH,
        config: image.config,
        rootfs: { type: "layers", diff_ids: image.layers.map((layer) => layer.digest) },
        history: image.layers.map(() => ({ created: EPOCH })),
    });
    const layers = image.layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size }));
    const manifest = writeBlob(folder, MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, config, layers });
    return {
        ...manifest,
        annotations: {
            "io.containerd.image.name": image.reference,
            "org.opencontainers.image.ref.name": splitReference(image.reference).tag,
        },
    };
}

function writeBlob(folder: string, mediaType: string, content: object): Descriptor {
    const text = JSON.stringify(content);
    const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
    fs.writeFileSync(blobPath(folder, digest), text);
    return { mediaType, digest, size: Buffer.byteLength(text) };
}

/** A large layer is shared with the cache that it comes from, where the file system can. */
function linkOrCopy(from: string, to: string): void {
    try {
        fs.linkSync(from, to);
    } catch {
        fs.copyFileSync(from, to);
    }
}

function blobFolder(folder: string): string {
    return path.join(folder, "blobs", "sha256");
}

function blobPath(folder: string, digest: string): string {
    return path.join(blobFolder(folder), digest.replace("sha256:", ""));
}
