import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { recipientFault, scheduleFault, timeZoneFault } from "../../../components/database/backup-rules";
import { RECIPIENT } from "../support/recipient";

/** A certificate and its key, in one text, as `openssl req` writes them. */
function made(algorithm: string): { certificate: string; both: string } {
    const args = ["req", "-x509", "-newkey", ...algorithm.split(" "), "-nodes", "-subj", "/CN=backup", "-keyout", "-"];
    const both = execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return { certificate: both.slice(both.indexOf("-----BEGIN CERTIFICATE")), both };
}

const HOW_TO_MAKE = 'make one by "openssl req -x509 -newkey rsa:4096 -subj /CN=backup -days 36500"';

describe("a recipient's certificate", () => {
    it("holds an RSA key that is long enough", () => {
        // One of 3072 bits, the least.
        assert.equal(recipientFault(RECIPIENT), undefined);
        assert.equal(
            recipientFault(made("rsa:2048").certificate),
            `must hold an RSA key of at least 3072 bits, holds one of 2048; ${HOW_TO_MAKE}`,
        );
        assert.equal(
            recipientFault(made("ec -pkeyopt ec_paramgen_curve:P-256").certificate),
            `must hold an RSA key, holds one of another kind; ${HOW_TO_MAKE}`,
        );
    });

    it("comes without its private key, which no message repeats", () => {
        const { both } = made("ec -pkeyopt ec_paramgen_curve:P-256");
        assert.equal(
            recipientFault(both),
            "must be a certificate alone, holds a private key; keep the key away from the cluster and from Pulumi",
        );
    });

    it("is one, and can be read", () => {
        for (const wrong of [1, [RECIPIENT], null] as unknown[] as string[]) {
            assert.match(recipientFault(wrong) ?? "", /^must be a certificate alone/);
        }
        for (const wrong of [`${RECIPIENT}${RECIPIENT}`, "CERTIFICATE", ""]) {
            assert.equal(recipientFault(wrong), `must be one certificate in PEM; ${HOW_TO_MAKE}`);
        }
        assert.equal(
            recipientFault(RECIPIENT.replace(/\nM/, "\nX")),
            `must be a certificate in PEM, can't be read; ${HOW_TO_MAKE}`,
        );
    });
});

describe("a schedule", () => {
    it("has five fields, as a CronJob takes them", () => {
        for (const sound of [
            "17 2 * * *",
            "*/15 0-6,22-23 1,15 * 1-5",
            "0 0 29 2 0",
            " 0  3 * * 6 ",
            "5/10 * * * *",
            "59 23 31 12 6",
            "0 0 1 1 0",
        ]) {
            assert.equal(scheduleFault(sound), undefined, sound);
        }
        for (const wrong of ["", "@daily", "* * * *", "* * * * * *", "TZ=UTC 1 2 * * *", 1, null] as string[]) {
            assert.equal(
                scheduleFault(wrong),
                `must have five fields (minute, hour, day of the month, month, day of the week), is ${JSON.stringify(wrong)}; write for example "17 2 * * *" for 02:17 every day`,
            );
        }
    });

    it("tells which field is wrong", () => {
        assert.equal(
            scheduleFault("60 2 * * *"),
            'must have numbers from 0 to 59 as minute, is "60 2 * * *"; write for example "17 2 * * *" for 02:17 every day',
        );
        assert.match(scheduleFault("1 24 * * *") ?? "", /from 0 to 23 as hour/);
        assert.match(scheduleFault("1 2 0 * *") ?? "", /from 1 to 31 as day of the month/);
        assert.match(scheduleFault("1 2 1 13 *") ?? "", /from 1 to 12 as month/);
        assert.match(scheduleFault("1 2 * * 7") ?? "", /from 0 to 6 as day of the week/);
        for (const minute of [
            "5-1",
            "*/0",
            "1,",
            "x",
            "-1",
            "1-",
            "1/",
            "x1",
            "1x",
            "1-2x",
            "60-61",
            "1-60",
            "1,60",
            "*/x",
            "**",
        ]) {
            assert.match(scheduleFault(`${minute} 2 * * *`) ?? "", /as minute/, minute);
        }
    });
});

describe("a time zone", () => {
    it("is one of the IANA database", () => {
        assert.equal(timeZoneFault("Etc/UTC"), undefined);
        assert.equal(timeZoneFault("Europe/Berlin"), undefined);
        assert.equal(
            timeZoneFault("Mars/Olympus"),
            'must be a time zone of the IANA database, is "Mars/Olympus"; write for example "Europe/Berlin"',
        );
    });
});
