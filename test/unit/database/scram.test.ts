import { strict as assert } from "node:assert";
import { scramVerifier } from "../../../components/database/scram";

describe("what PostgreSQL keeps of a password", () => {
    it("is that of RFC 7677's example", () => {
        assert.equal(
            scramVerifier("pencil", Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64")),
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
        );
    });

    it("is the same for the same password alone", () => {
        assert.equal(scramVerifier("one"), scramVerifier("one"));
        assert.notEqual(scramVerifier("one").split("$")[1], scramVerifier("other").split("$")[1]);
    });
});
