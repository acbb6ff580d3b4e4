import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { recipientFault, scheduleFault, timeZoneFault } from "../../../components/database/backup-rules";

/** A certificate and its key, in one text, as `openssl req` writes them. */
function made(algorithm: string): { certificate: string; both: string } {
    const args = ["req", "-x509", "-newkey", ...algorithm.split(" "), "-nodes", "-subj", "/CN=backup", "-keyout", "-"];
    const both = execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return { certificate: both.slice(both.indexOf("-----BEGIN CERTIFICATE")), both };
}

describe("a recipient's certificate", () => {
    it("holds an RSA key that is long enough", () => {
        assert.equal(recipientFault(made("rsa:3072").certificate), undefined);
        assert.match(recipientFault(made("rsa:2048").certificate) ?? "", /at least 3072 bits, holds one of 2048/);
        assert.match(
            recipientFault(made("ec -pkeyopt ec_paramgen_curve:P-256").certificate) ?? "",
            /must hold an RSA key/,
        );
    });

    it("comes without its private key, which no message repeats", () => {
        const { both } = made("rsa:3072");
        assert.equal(
            recipientFault(both),
            "must be a certificate alone, holds a private key; keep the key away from the cluster and from Pulumi",
        );
    });

    it("is one, and can be read", () => {
        const { certificate } = made("rsa:3072");
        assert.match(recipientFault(certificate + certificate) ?? "", /must be one certificate in PEM/);
        assert.match(recipientFault("CERTIFICATE") ?? "", /must be one certificate in PEM/);
        assert.match(recipientFault(certificate.replace(/\nM/, "\nX")) ?? "", /can't be read/);
    });
});

describe("a schedule", () => {
    it("has five fields, as a CronJob takes them", () => {
        for (const sound of ["17 2 * * *", "*/15 0-6,22-23 1,15 * 1-5", "0 0 29 2 0", " 0  3 * * 6 ", "5/10 * * * *"]) {
            assert.equal(scheduleFault(sound), undefined, sound);
        }
        for (const wrong of ["", "@daily", "* * * *", "* * * * * *", "TZ=UTC 1 2 * * *"]) {
            assert.match(scheduleFault(wrong) ?? "", /./, wrong);
        }
    });

    it("tells which field is wrong", () => {
        assert.match(scheduleFault("60 2 * * *") ?? "", /from 0 to 59 as minute/);
        assert.match(scheduleFault("1 24 * * *") ?? "", /from 0 to 23 as hour/);
        assert.match(scheduleFault("1 2 0 * *") ?? "", /from 1 to 31 as day of the month/);
        assert.match(scheduleFault("1 2 1 13 *") ?? "", /from 1 to 12 as month/);
        assert.match(scheduleFault("1 2 * * 7") ?? "", /from 0 to 6 as day of the week/);
        for (const minute of ["5-1", "*/0", "1,", "x", "-1", "1-", "1/"]) {
            assert.match(scheduleFault(`${minute} 2 * * *`) ?? "", /as minute/, minute);
        }
    });
});

describe("a time zone", () => {
    it("is one of the IANA database", () => {
        assert.equal(timeZoneFault("Etc/UTC"), undefined);
        assert.equal(timeZoneFault("Europe/Berlin"), undefined);
        assert.match(timeZoneFault("Mars/Olympus") ?? "", /must be a time zone .* "Mars\/Olympus"/);
    });
});
