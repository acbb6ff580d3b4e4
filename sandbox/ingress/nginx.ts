/** The NGINX process. */
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { NginxPaths } from "./nginx-conf";

const FOLDER = "/tmp/nginx";
const PROGRAM = "/usr/sbin/nginx";

export const PATHS: NginxPaths = { folder: FOLDER, statusSocket: `${FOLDER}/status.sock` };

export class Nginx {
    private child: ChildProcess | undefined;
    private candidates = 0;

    constructor() {
        fs.mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
    }

    /** Says what is wrong with a configuration, or undefined. */
    async fault(text: string): Promise<string | undefined> {
        const file = `${FOLDER}/candidate-${++this.candidates}.conf`;
        fs.writeFileSync(file, text);
        return test(file).finally(() => fs.rmSync(file));
    }

    /** Serves a sound configuration; resolves when it is in force. `exited` hears of an NGINX that ends by itself. */
    async serve(text: string, version: string, exited: (code: number | null) => void): Promise<void> {
        fs.writeFileSync(`${FOLDER}/nginx.conf`, text);
        if (this.child === undefined) {
            fs.rmSync(PATHS.statusSocket, { force: true }); // of a container that was killed
            this.child = spawn(PROGRAM, options(`${FOLDER}/nginx.conf`), { stdio: "inherit" });
            this.child.on("exit", exited);
        } else {
            this.child.kill("SIGHUP");
        }
        for (let attempt = 0; (await servedVersion()) !== version; attempt++) {
            if (attempt === 100) {
                throw new Error("NGINX does not take its new configuration");
            }
            await sleep(100);
        }
    }

    /** Lets NGINX end its connections and then itself. */
    async quit(): Promise<void> {
        const { child } = this;
        if (child !== undefined && child.exitCode === null) {
            child.kill("SIGQUIT");
            await new Promise((resolve) => child.on("exit", resolve));
        }
    }
}

/** Which configuration the workers serve that take new connections. */
export function servedVersion(): Promise<string | undefined> {
    return new Promise((resolve) => {
        const request = http.get({ socketPath: PATHS.statusSocket, agent: false, timeout: 2000 }, async (response) => {
            let body = "";
            for await (const chunk of response) {
                body += chunk;
            }
            resolve(body);
        });
        request.on("error", () => resolve(undefined));
        request.on("timeout", () => request.destroy());
    });
}

/** NGINX opens its standard output by name, which only works for a pipe: that of this process is one. */
async function test(file: string): Promise<string | undefined> {
    const child = spawn(PROGRAM, [...options(file), "-t"], { stdio: ["ignore", "inherit", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
        said += chunk;
    });
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return code === 0 ? undefined : said.trim();
}

function options(file: string): string[] {
    return ["-p", FOLDER, "-e", "stderr", "-c", file];
}
