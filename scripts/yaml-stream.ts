/** Objects as text for programs that read YAML. Pure. */
import { stringify } from "yaml";

/** The objects as one YAML stream, in the YAML of before 1.2: most programs would read an unquoted `on` as true. */
export function yamlStream(objects: object[]): string {
    return objects.map((each) => stringify(each, { aliasDuplicateObjects: false, version: "1.1" })).join("---\n");
}
