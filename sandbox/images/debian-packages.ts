/** Debian packages, fetched and unpacked for images without installing anything on the machine. */
import { logFile } from "../paths";
import { pipe, run, SandboxError, succeeds } from "../shell";

const LEFT_OUT_PATHS = [
    "./usr/share/doc",
    "./usr/share/man",
    "./usr/share/info",
    "./usr/share/locale",
    "./usr/share/lintian",
    "./usr/share/postgresql/15/man",
    "./usr/lib/postgresql/15/lib/bitcode",
    "./usr/lib/postgresql/15/lib/llvmjit*",
];

/** This file: layers that are made by it are made anew when it changes. */
export const DEBIAN_PACKAGES = __filename;

/** Runs apt-get, and once more with new lists of packages when they are missing or old. */
export async function aptGet(args: string[], cwd?: string): Promise<void> {
    const options = { log: logFile("images"), ...(cwd && { cwd }) };
    const asRoot = ["-o", "APT::Sandbox::User=root", ...args];
    if (!(await succeeds("apt-get", asRoot, options))) {
        await run("apt-get", ["update", "-qq"], options);
        await run("apt-get", asRoot, options).catch((error: Error) => {
            throw new SandboxError(`The images need the packages of Debian 12.\n${error.message}`);
        });
    }
}

/** Unpacks a package below a folder, without its documentation. */
export async function unpack(file: string, root: string): Promise<void> {
    const excluded = LEFT_OUT_PATHS.map((pattern) => `--exclude=${pattern}`);
    await pipe(
        ["dpkg-deb", "--fsys-tarfile", file],
        ["tar", "-x", "--keep-directory-symlink", "-C", root, ...excluded],
        logFile("images"),
    );
}
