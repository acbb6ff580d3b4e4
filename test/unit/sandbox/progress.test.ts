import { strict as assert } from "node:assert";
import { Progress } from "../../../sandbox/progress";
import { lastLines, pipe, run, SandboxError, succeeds, until } from "../../../sandbox/shell";

class Output {
    text = "";
    constructor(
        readonly isTTY: boolean,
        readonly columns = 80,
    ) {}
    write(text: string): void {
        this.text += text;
    }
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("progress", () => {
    it("writes a line at the start and one with the time at the end", async () => {
        const output = new Output(false);
        let now = 1000;
        const progress = new Progress(output, () => now);
        const result = await progress.step("build", async () => {
            now += 12_340;
            return 7;
        });
        assert.equal(result, 7);
        assert.equal(output.text, "… build\n✓ build 12.3 s\n");
    });

    it("marks a step that failed and passes its error on", async () => {
        const output = new Output(false);
        const progress = new Progress(output, () => 0);
        await assert.rejects(
            progress.step("build", async () => {
                throw new SandboxError("no compiler");
            }),
            /no compiler/,
        );
        assert.equal(output.text, "… build\n✗ build 0.0 s\n");
    });

    it("says every 15 s what still runs where lines can't be rewritten", async () => {
        const output = new Output(false);
        let now = 0;
        const progress = new Progress(output, () => now);
        await progress.step("build", async () => {
            now = 14_999;
            await wait(300);
            assert.equal(output.text, "… build\n");
            now = 15_000;
            await wait(300);
        });
        assert.equal(output.text, "… build\n… build 15 s\n✓ build 15.0 s\n");
    });

    it("keeps one line up to date on a terminal, never longer than it is wide", async () => {
        const output = new Output(true, 20);
        const progress = new Progress(output, () => 0);
        const slow = (name: string) => progress.step(name, () => wait(300));
        await Promise.all([slow("first step"), slow("second step")]);
        const lines = output.text.split("\r\u001b[K").slice(1);
        assert.equal(lines[0], "… first step 0 s · ");
        assert.deepEqual(lines.slice(-2), ["✓ first step 0.0 s\n", "✓ second step 0.0 s\n"]);
    });
});

describe("shell", () => {
    it("returns what a command wrote, with input and environment", async () => {
        assert.equal(await run("cat", [], { input: "text\n" }), "text");
        assert.equal(await run("sh", ["-c", 'echo "$GREETING"'], { env: { GREETING: "hello" } }), "hello");
    });

    it("fails with the command's last lines and exit status, without a trace of this program", async () => {
        const failing = run("sh", ["-c", "echo first; echo last >&2; exit 3"]);
        await assert.rejects(failing, (error: Error) => {
            assert.ok(error instanceof SandboxError);
            assert.match(error.message, /^sh -c: exit status 3\n/);
            assert.match(error.message, /last$/);
            return true;
        });
    });

    it("says so when a program isn't there", async () => {
        await assert.rejects(run("no-such-program-here", ["x"]), /no-such-program-here x: no such program/);
        assert.equal(await succeeds("no-such-program-here", []), false);
    });

    it("fails when either side of a pipe fails", async () => {
        await pipe(["echo", "x"], ["grep", "x"], "/dev/null");
        await assert.rejects(pipe(["false"], ["cat"], "/dev/null"), /false: exit status 1/);
        await assert.rejects(pipe(["echo", "x"], ["false"], "/dev/null"), /false: exit status 1/);
    });

    it("gives up waiting after the given time", async () => {
        await until("nothing", 1000, () => true);
        await assert.rejects(
            until("the end", 100, () => false),
            /the end: not after 0.1 s/,
        );
    });

    it("shows the last lines of a long text", () => {
        assert.equal(lastLines("1\n2\n3\n", 2), "2\n3");
    });
});
