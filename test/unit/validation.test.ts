import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { gated, Validation } from "../../components/validation";

const short = (text: string) => (text.length > 3 ? `must be short, is ${JSON.stringify(text)}` : undefined);

/** The value of a gated output; the SDK's own, undeclared accessor is the only one that rejects. */
function value<T>(output: pulumi.Output<T>): Promise<T> {
    return (output as unknown as { promise(): Promise<T> }).promise();
}

describe("Validation", () => {
    it("hands sound values on, plain, promised or output", async () => {
        const validation = new Validation("It");
        const [plain, promised, output] = ["a", Promise.resolve("b"), pulumi.output("c")].map((input, index) =>
            validation.value(`v${index}`, input, short),
        );
        const list = validation.list("list", ["d", pulumi.output("e")], short);
        validation.done();
        assert.deepEqual(await Promise.all([plain, promised, output].map((gated) => gated && value(gated))), [
            "a",
            "b",
            "c",
        ]);
        assert.deepEqual(await value(list), ["d", "e"]);
    });

    it("reports all plain faults at once, as property errors and in the message", () => {
        const validation = new Validation("It");
        validation.value("first", "long text", short);
        validation.list("second", ["ok", "too long"], short);
        validation.optional("third", undefined, short);
        validation.fault("fourth", "must not be");
        assert.throws(
            () => validation.done(),
            (error: pulumi.InputPropertiesError) => {
                assert.deepEqual(error.errors, [
                    { propertyPath: "first", reason: 'must be short, is "long text"' },
                    { propertyPath: "second[1]", reason: 'must be short, is "too long"' },
                    { propertyPath: "fourth", reason: "must not be" },
                ]);
                assert.equal(
                    error.message,
                    [
                        "It can't be created:",
                        '  first: must be short, is "long text"',
                        '  second[1]: must be short, is "too long"',
                        "  fourth: must not be",
                    ].join("\n"),
                );
                return true;
            },
        );
    });

    it("lets no value out while another, known later, is wrong", async () => {
        const validation = new Validation("It");
        const sound = validation.value("sound", "a", short);
        validation.value("late", new Promise<string>((resolve) => setTimeout(resolve, 10, "too late")), short);
        validation.done();
        await assert.rejects(value(sound), /late: must be short, is "too late"/);
    });

    it("looks at an object only when all of its members are known", async () => {
        const validation = new Validation("It");
        const both = (pair: { a: string; b: string }) => (pair.a === pair.b ? undefined : "must be equal");
        const pair = { a: "x", b: pulumi.output("x") } as unknown as { a: string; b: string };
        const gated = validation.value("pair", pair, both);
        validation.done();
        assert.deepEqual(await value(gated), { a: "x", b: "x" });
    });

    it("stops at the first rule that a value breaks", () => {
        const validation = new Validation("It");
        validation.value("text", "long text", short, () => "never asked");
        assert.throws(() => validation.done(), {
            message: 'It can\'t be created:\n  text: must be short, is "long text"',
        });
    });

    it("reports one fault once, however often it is found", async () => {
        const validation = new Validation("It");
        const gated = validation.value("text", "long text", short);
        await assert.rejects(value(gated), {
            message: 'It can\'t be created:\n  text: must be short, is "long text"',
        });
    });

    it("leaves a report as it is when more is found later", () => {
        const validation = new Validation("It");
        validation.fault("first", "must not be");
        assert.throws(
            () => validation.done(),
            (error: pulumi.InputPropertiesError) => {
                validation.fault("second", "must not be");
                assert.equal(error.errors?.length, 1);
                return true;
            },
        );
    });

    it("reports what its parts find, by their places, and waits for their values", async () => {
        const validation = new Validation("All");
        const part = validation.part((path) => `part.${path}`);
        part.value("plain", "long text", short);
        part.value("late", new Promise<string>((resolve) => setTimeout(resolve, 10, "too late")), short);
        part.done();
        assert.throws(() => validation.done(), { message: /^All can't be created:\n {2}part\.plain: / });
        await assert.rejects(validation.sound(), (error: pulumi.InputPropertiesError) => {
            assert.deepEqual(
                error.errors?.map(({ propertyPath }) => propertyPath),
                ["part.plain", "part.late"],
            );
            return true;
        });
    });

    it("has one message, whatever the SDK writes in front of it", async () => {
        const validation = new Validation("It");
        validation.fault("first", "must not be");
        const error = await validation.sound().catch((reason: Error) => reason);
        assert.ok(error instanceof Error);
        error.message = `error serializing property "x": ${error.message}`;
        assert.equal(error.message, "It can't be created:\n  first: must not be");
    });

    it("keeps what came as an output from whoever gets the arguments, until all is sound", async () => {
        const args = { plain: "a", nested: { list: [pulumi.secret("b")] } };
        let ready = () => {};
        const sound = gated(args, new Promise<void>((resolve) => (ready = resolve)));
        assert.equal(sound.plain, "a");
        const [output] = sound.nested.list;
        let known = false;
        const resolved = value(pulumi.output(output)).then((result) => {
            known = true;
            return result;
        });
        await new Promise(setImmediate);
        assert.equal(known, false);
        ready();
        assert.equal(await resolved, "b");
        assert.equal(await pulumi.isSecret(pulumi.output(output)), true);
        const failing = gated({ output: pulumi.output("c") }, Promise.reject(new Error("unsound")));
        await assert.rejects(value(failing.output), /unsound/);
    });
});
