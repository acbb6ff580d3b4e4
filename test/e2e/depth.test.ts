// Components that bring up stacks of their own, beside the defences: they take as long together as those alone.
import { running } from "./support/stack";
import "./audit";
import "./consumer-options";
import "./guardrails";
import "./operators";
import "./policy";
import "./row-level-security";
import "./ways";

after(async () => {
    const { stack } = await running();
    await stack.destroy({ remove: true });
});
