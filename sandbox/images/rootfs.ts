/** The root file systems of the images, unpacked from Debian packages without running any of their scripts. */
import * as fs from "node:fs";
import * as path from "node:path";
import { cached } from "../programs/cache";
import { progress } from "../progress";
import { run, SandboxError } from "../shell";
import { aptGet, DEBIAN_PACKAGES, unpack } from "./debian-packages";
import { type Descriptor, type Layer, packLayer } from "./oci";

const PACKAGES = [
    ...["postgresql-15", "postgresql-15-pgaudit", "nodejs", "ca-certificates", "busybox"],
    ...["bash", "coreutils", "dash", "grep", "sed"],
];

/** What those depend on for installing or configuring, or for compiling queries: nothing here runs it. */
const LEFT_OUT = new RegExp(
    `^(${[
        "adduser|apt|debconf|dpkg|init-system-helpers|libdb5.3|libpam-.*|locales|libc-l10n|lsb-base|passwd|ucf|usrmerge",
        "perl.*|libperl.*|lib.*-perl|libgdbm.*|postgresql-common|postgresql-client-common|ssl-cert|libllvm14|libz3-4",
        "sysvinit-utils|tar",
    ].join("|")})_`,
);

/** The layers that images are stacked from. */
export interface BaseLayers {
    /** Debian with PostgreSQL, Node.js, bash, coreutils and busybox. */
    debian: Layer;
    /** Busybox with all its commands, and the C library: the static busybox knows no DNS. */
    busybox: Layer;
}

/** The layers, built when the cache hasn't got them. */
export async function baseLayers(): Promise<BaseLayers> {
    const key = { texts: [JSON.stringify(PACKAGES), process.arch], paths: [__filename, DEBIAN_PACKAGES] };
    const folder = await cached("rootfs", key, (target) =>
        progress.step("assemble the images' file systems from Debian packages", () => build(target)),
    );
    return { debian: readLayer(folder, "debian"), busybox: readLayer(folder, "busybox") };
}

/** The digest is kept beside the layer, so that nobody needs to read 200 MB for it. */
function readLayer(folder: string, name: string): Layer {
    const descriptor = JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), "utf8")) as Descriptor;
    return { ...descriptor, file: path.join(folder, `${name}.tar`) };
}

async function build(target: string): Promise<void> {
    const packages = await download(path.join(target, "download"));
    const debian = path.join(target, "debian");
    makeSkeleton(debian);
    for (const file of packages.filter((name) => !LEFT_OUT.test(path.basename(name)))) {
        await unpack(file, debian);
    }
    bundleCertificates(debian);
    const busybox = path.join(target, "busybox");
    await copyBusybox(debian, busybox);
    for (const root of [debian, busybox]) {
        const { file: _, ...descriptor } = await packLayer(root, `${root}.tar`);
        fs.writeFileSync(`${root}.json`, JSON.stringify(descriptor));
    }
    for (const folder of [debian, busybox, path.join(target, "download")]) {
        fs.rmSync(folder, { recursive: true });
    }
}

/** Lets apt resolve and fetch the packages as for a machine that has none installed. */
async function download(folder: string): Promise<string[]> {
    const archives = path.join(folder, "archives");
    fs.mkdirSync(path.join(archives, "partial"), { recursive: true });
    fs.writeFileSync(path.join(folder, "status"), "");
    const options = [
        `Dir::State::status=${folder}/status`,
        `Dir::Cache::archives=${archives}`,
        "Debug::NoLocking=1",
    ].flatMap((option) => ["-o", option]);
    await aptGet(["install", "-y", "-qq", "--no-install-recommends", "--download-only", ...options, ...PACKAGES]);
    const files = fs.readdirSync(archives).filter((name) => name.endsWith(".deb"));
    return files.sort().map((name) => path.join(archives, name));
}

/** What the packages' scripts would have made. */
function makeSkeleton(root: string): void {
    for (const folder of ["bin", "sbin", "lib", "lib64"]) {
        fs.mkdirSync(path.join(root, "usr", folder), { recursive: true });
        fs.symlinkSync(`usr/${folder}`, path.join(root, folder));
    }
    for (const folder of ["etc", "tmp", "app"]) {
        fs.mkdirSync(path.join(root, folder));
    }
    fs.chmodSync(path.join(root, "tmp"), 0o1777);
    writeAccounts(root);
}

function writeAccounts(root: string): void {
    const accounts = [
        ["root", "0", "/root"],
        ["app", "1001", "/tmp"],
        ["nobody", "65534", "/nonexistent"],
    ];
    const users = accounts.map(([name, id, home]) => `${name}:x:${id}:${id}:${name}:${home}:/bin/sh`);
    const groups = accounts.map(([name, id]) => `${name}:x:${id}:`);
    fs.writeFileSync(path.join(root, "etc", "passwd"), `${users.join("\n")}\n`);
    fs.writeFileSync(path.join(root, "etc", "group"), `${groups.join("\n")}\n`);
}

function bundleCertificates(root: string): void {
    const folder = path.join(root, "usr", "share", "ca-certificates", "mozilla");
    const certificates = fs.readdirSync(folder).sort();
    const bundle = certificates.map((name) => fs.readFileSync(path.join(folder, name), "utf8")).join("");
    fs.mkdirSync(path.join(root, "etc", "ssl", "certs"), { recursive: true });
    fs.writeFileSync(path.join(root, "etc", "ssl", "certs", "ca-certificates.crt"), bundle);
}

async function copyBusybox(debian: string, root: string): Promise<void> {
    const multiarch = fs.readdirSync(path.join(debian, "usr", "lib")).find((name) => name.endsWith("-linux-gnu"));
    if (multiarch === undefined) {
        throw new SandboxError("Debian's C library has no folder of its own below /usr/lib");
    }
    makeSkeleton(root);
    const copy = (file: string) => {
        fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
        fs.copyFileSync(path.join(debian, file), path.join(root, file));
        fs.chmodSync(path.join(root, file), 0o755);
    };
    const libraries = fs.readdirSync(path.join(debian, "usr", "lib", multiarch));
    const needed = libraries.filter((name) => /^(ld-linux.*|libc|libm|libresolv)\.so/.test(name));
    const loaders = fs.readdirSync(path.join(debian, "usr", "lib64"));
    const files = [...needed.map((name) => `${multiarch}/${name}`), ...loaders.map((name) => `../lib64/${name}`)];
    for (const file of [...files.map((name) => path.join("usr", "lib", name)), "usr/bin/busybox"]) {
        copy(file);
    }
    const commands = await run("chroot", [root, "/bin/busybox", "--list"]);
    for (const command of commands.split("\n").filter((name) => name !== "busybox")) {
        fs.symlinkSync("busybox", path.join(root, "usr", "bin", command));
    }
}
