/**
 * Writes what is made from the sources: the package's schema.json, a page for each component, the tables of exposed ports and
 * of threats, and the images.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { componentPage, pageName } from "./component-page";
import { exits, exposedPortsFile, exposedPortsPage, exposures } from "./exposed-ports";
import { images } from "./images";
import { componentsFolder, packageSchema, type Schema } from "./schema";
import { threatsFile, threatsPage } from "./threats";

const pagesFolder = path.join(__dirname, "components");

/**
 * Every page by its path.
 *
 * @throws Error when a component lacks the part that is written by hand.
 */
export function componentPages(schema: Schema): Map<string, string> {
    return new Map(
        Object.keys(schema.resources).map((token) => {
            const component = token.slice(token.lastIndexOf(":") + 1);
            const name = pageName(component);
            const part = path.join(pagesFolder, "parts", name);
            if (!fs.existsSync(part)) {
                throw new Error(
                    `write docs/components/parts/${name}: an example in TypeScript, one in YAML, the reasons`,
                );
            }
            return [path.join(pagesFolder, name), componentPage(component, schema, fs.readFileSync(part, "utf8"))];
        }),
    );
}

async function write(): Promise<void> {
    const schema = packageSchema();
    fs.writeFileSync(path.join(componentsFolder, "schema.json"), `${JSON.stringify(schema, undefined, 4)}\n`);
    for (const [file, content] of componentPages(schema)) {
        fs.writeFileSync(file, content);
    }
    const [found, calls] = [await exposures(), await exits()];
    fs.writeFileSync(exposedPortsFile, exposedPortsPage(found, calls));
    for (const [file, content] of images(found, calls)) {
        fs.writeFileSync(file, content);
    }
    fs.writeFileSync(threatsFile, threatsPage());
}

if (require.main === module) {
    write().catch((error: Error) => {
        console.error(error.message);
        process.exitCode = 1;
    });
}
