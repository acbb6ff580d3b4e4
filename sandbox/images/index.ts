/** The sandbox's container images: assembled here, since no container registry is needed or asked. */
import * as fs from "node:fs";
import * as path from "node:path";
import { build as bundle } from "esbuild";
import { repositoryFolder } from "../paths";
import { cached } from "../programs/cache";
import { COREDNS_VERSION } from "../programs/pins";
import { progress } from "../progress";
import { nodeLayer } from "./node-layer";
import { type ImageSource, type Layer, packLayer, splitReference, writeLayout } from "./oci";
import { nginxLayer, postgresExporterLayer } from "./package-layer";
import { baseLayers } from "./rootfs";

const REGISTRY = "registry.bulwark.local";

/** Full names with tags, which pods can use as they are. */
export const IMAGES = {
    postgresql: `${REGISTRY}/postgresql:15`,
    postgresExporter: `${REGISTRY}/postgres-exporter:0.11`,
    app: `${REGISTRY}/app:1.0.0`,
    ingressController: `${REGISTRY}/ingress-controller:1.22`,
    webhookCertgen: `${REGISTRY}/webhook-certgen:1.22`,
    busybox: `${REGISTRY}/busybox:1.35`,
    coredns: `${REGISTRY}/coredns:${COREDNS_VERSION}`,
    pause: `${REGISTRY}/pause:1`,
};

/** The images, ready to be imported. */
export interface ImageLayout {
    /** Folder of the OCI image layout that has them all. */
    folder: string;
    /** Digest of each image's manifest, by full name: `name@digest` works in a pod as well as `name:tag`. */
    digests: Record<string, string>;
}

const PATHS = "/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const ENTRYPOINT = "postgresql-entrypoint.sh";
const WRITABLE_BY_MOUNT = ["bitnami/postgresql", "opt/bitnami/postgresql/secrets", "opt/bitnami/postgresql/certs"];

/** The images, built when the cache hasn't got them. `programs` is the folder of the cluster's programs. */
export async function buildImages(programs: string): Promise<ImageLayout> {
    const [base, nginx, exporter, node, app, ingress] = await Promise.all([
        baseLayers(),
        nginxLayer(),
        postgresExporterLayer(),
        nodeLayer(),
        sampleApp(),
        bundled("sandbox/ingress/main.ts", "node18"),
    ]);
    const layers = [base.debian, base.busybox, nginx, exporter, node].map(({ digest }) => digest);
    const key = {
        texts: [path.basename(programs), ...layers, ...Object.entries(app).flat().map(String), ingress],
        paths: [__filename, path.join(__dirname, "oci.ts"), path.join(__dirname, ENTRYPOINT)],
    };
    const folder = await cached("images", key, (target) =>
        progress.step("assemble the images", async () => {
            const scratch = path.join(target, "scratch");
            const layer = (name: string, files: Record<string, Buffer>, folders: string[] = []) =>
                makeLayer(scratch, name, files, folders);
            const program = (name: string) => fs.readFileSync(path.join(programs, name));
            const entrypoint = fs.readFileSync(path.join(__dirname, ENTRYPOINT));
            const images = sources({
                ...base,
                nginx,
                exporter,
                node,
                pause: await layer("pause", { pause: program("pause") }),
                coredns: await layer("coredns", { coredns: program("coredns") }),
                app: await layer("app", app),
                ingress: await layer("ingress", { "app/ingress.js": Buffer.from(ingress) }),
                postgresql: await layer(
                    "postgresql",
                    { [`usr/local/bin/${ENTRYPOINT}`]: entrypoint },
                    WRITABLE_BY_MOUNT,
                ),
            });
            const digests = writeLayout(path.join(target, "layout"), images);
            fs.writeFileSync(path.join(target, "digests.json"), JSON.stringify(digests));
            fs.rmSync(scratch, { recursive: true });
        }),
    );
    const digests = JSON.parse(fs.readFileSync(path.join(folder, "digests.json"), "utf8")) as Record<string, string>;
    return { folder: path.join(folder, "layout"), digests };
}

/** An image's name with its digest instead of its tag. */
export function byDigest(layout: ImageLayout, reference: string): string {
    return `${splitReference(reference).name}@${layout.digests[reference]}`;
}

function sources(
    layers: Record<
        "debian" | "busybox" | "nginx" | "exporter" | "node" | "pause" | "coredns" | "app" | "ingress" | "postgresql",
        Layer
    >,
): ImageSource[] {
    const Env = [`PATH=${PATHS}`, "LANG=C.UTF-8", "HOME=/tmp"];
    return [
        {
            reference: IMAGES.postgresql,
            layers: [layers.debian, layers.postgresql],
            // SIGINT is PostgreSQL's fast shutdown; at SIGTERM it would wait for every client to leave.
            config: {
                User: "1001:1001",
                Env: [...Env, "PGHOST=/tmp"],
                Entrypoint: [`/usr/local/bin/${ENTRYPOINT}`],
                StopSignal: "SIGINT",
            },
        },
        {
            reference: IMAGES.postgresExporter,
            layers: [layers.debian, layers.exporter],
            config: { User: "1001:1001", Env, Entrypoint: ["/usr/bin/prometheus-postgres-exporter"] },
        },
        {
            reference: IMAGES.app,
            layers: [layers.debian, layers.node, layers.app],
            config: { User: "1001:1001", Env, Entrypoint: ["node", "/app/server.js"] },
        },
        {
            reference: IMAGES.ingressController,
            layers: [layers.debian, layers.nginx, layers.ingress],
            config: { User: "101:82", Env, Entrypoint: ["node", "/app/ingress.js", "controller"] },
        },
        {
            reference: IMAGES.webhookCertgen,
            layers: [layers.debian, layers.ingress],
            config: { User: "65532:65532", Env, Entrypoint: ["node", "/app/ingress.js", "certgen"] },
        },
        { reference: IMAGES.busybox, layers: [layers.busybox], config: { Env, Cmd: ["sh"] } },
        {
            reference: IMAGES.coredns,
            layers: [layers.coredns],
            config: { User: "65532:65532", Env: [], Entrypoint: ["/coredns"] },
        },
        {
            reference: IMAGES.pause,
            layers: [layers.pause],
            config: { User: "65535:65535", Env: [], Entrypoint: ["/pause"] },
        },
    ];
}

async function makeLayer(
    scratch: string,
    name: string,
    files: Record<string, Buffer>,
    folders: string[],
): Promise<Layer> {
    const root = path.join(scratch, name);
    for (const folder of [".", ...folders]) {
        fs.mkdirSync(path.join(root, folder), { recursive: true });
    }
    for (const [file, content] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
        fs.writeFileSync(path.join(root, file), content, { mode: 0o755 });
    }
    return packLayer(root, path.join(scratch, `${name}.tar`));
}

/** The sample app's files, by their paths in its image. */
async function sampleApp(): Promise<Record<string, Buffer>> {
    const folder = "examples/sample-app";
    const programs = ["server", "hash-password"].map(async (name) => {
        const bundle = await bundled(`${folder}/${name}.ts`, "node20");
        return [`app/${name}.js`, Buffer.from(bundle)] as const;
    });
    const assets = fs.readdirSync(path.join(repositoryFolder, folder, "assets")).map((name) => {
        const content = fs.readFileSync(path.join(repositoryFolder, folder, "assets", name));
        return [`app/assets/${name}`, content] as const;
    });
    return Object.fromEntries([...(await Promise.all(programs)), ...assets]);
}

/** A program with all its modules in one file, for a release of Node.js. */
async function bundled(entryPoint: string, target: string): Promise<string> {
    const result = await bundle({
        entryPoints: [entryPoint],
        absWorkingDir: repositoryFolder, // else the file would tell where this clone lies
        bundle: true,
        platform: "node",
        target,
        write: false,
        external: ["pg-native"],
        logLevel: "silent",
    });
    return result.outputFiles[0]?.text ?? "";
}
