import * as fs from "node:fs";
import * as path from "node:path";

/** Often enough to see most programs that end at once. */
const INTERVAL_MS = 100;

/** How libpq's programs take a password; who may read it there may read the file that it came from. */
const FOR_LIBPQ = /(^|\0)PGPASSWORD=[^\0]*/g;

/** What a process shows of itself. */
export interface Shown {
    program: string;
    args: string;
    /** Without the variable that libpq's programs take their password from. */
    environment: string;
}

/** Notes the arguments and the environment of every process on the machine, the node's containers included. */
export class ProcessWatch {
    private readonly seen = new Map<string, Shown>();
    private readonly timer: NodeJS.Timeout;

    private constructor() {
        this.timer = setInterval(() => this.look(), INTERVAL_MS);
    }

    static start(): ProcessWatch {
        const watch = new ProcessWatch();
        watch.look();
        return watch;
    }

    stop(): void {
        clearInterval(this.timer);
    }

    /** What has been seen so far, what looks alike once. */
    all(): Shown[] {
        return [...this.seen.values()];
    }

    private look(): void {
        for (const id of fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
            const args = readable(`/proc/${id}/cmdline`);
            const environment = readable(`/proc/${id}/environ`).replaceAll(FOR_LIBPQ, "");
            const program = path.basename(args.split("\0", 1)[0] ?? "");
            this.seen.set(`${args}\0${environment}`, { program, args, environment });
        }
    }
}

/** Nothing for a process that has ended in the meantime. */
function readable(file: string): string {
    try {
        return fs.readFileSync(file, "latin1");
    } catch {
        return "";
    }
}
