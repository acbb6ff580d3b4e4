/** Shows the progress of long steps on standard error, so that standard output stays for results. */

/** Where progress is written to, and whether lines can be rewritten there. */
export interface ProgressOutput {
    isTTY?: boolean;
    columns?: number;
    write(text: string): unknown;
}

const REFRESH_MS = 200;
const REPEAT_MS = 15_000;
const CLEAR_LINE = "\r\u001b[K";

/** Steps may run side by side: on a terminal they share one line at the bottom, elsewhere each has lines of its own. */
export class Progress {
    private readonly active = new Map<string, number>();
    private timer: NodeJS.Timeout | undefined;
    private quietSince = 0;

    constructor(
        private readonly output: ProgressOutput = process.stderr,
        private readonly now: () => number = Date.now,
    ) {}

    /**
     * Runs a step and shows a line when it starts, the elapsed time while it runs (refreshed on a terminal, a line
     * every 15 s elsewhere), and `✓ <title> 12.3 s` when it is done, or `✗ …` when it failed.
     */
    async step<T>(title: string, work: () => Promise<T>): Promise<T> {
        const start = this.now();
        this.active.set(title, start);
        this.begin(title);
        try {
            const result = await work();
            this.end("✓", title, start);
            return result;
        } catch (error) {
            this.end("✗", title, start);
            throw error;
        }
    }

    /** Shows a line of its own between the steps. */
    note(text: string): void {
        this.line(text);
    }

    private begin(title: string): void {
        if (!this.output.isTTY) {
            this.line(`… ${title}`);
        }
        this.quietSince = this.now();
        this.timer ??= setInterval(() => this.tick(), REFRESH_MS);
        this.timer.unref();
    }

    private end(mark: string, title: string, start: number): void {
        this.active.delete(title);
        if (this.active.size === 0) {
            clearInterval(this.timer);
            this.timer = undefined;
        }
        this.line(`${mark} ${title} ${((this.now() - start) / 1000).toFixed(1)} s`);
    }

    private tick(): void {
        const running = [...this.active].map(
            ([title, start]) => `${title} ${Math.floor((this.now() - start) / 1000)} s`,
        );
        if (this.output.isTTY) {
            // A wrapped line could not be cleared again.
            const text = `… ${running.join(" · ")}`.slice(0, (this.output.columns ?? 80) - 1);
            this.output.write(CLEAR_LINE + text);
        } else if (this.now() - this.quietSince >= REPEAT_MS) {
            this.quietSince = this.now();
            this.line(`… ${running.join(" · ")}`);
        }
    }

    private line(text: string): void {
        this.output.write(this.output.isTTY ? `${CLEAR_LINE}${text}\n` : `${text}\n`);
    }
}

/** The progress of this process. */
export const progress = new Progress();
