// What goes wrong in the middle of an update, on stacks of their own, one after the other.
import "./second-up";
import "./failing-chart";
import "./database-pod";
import "./expired-kubeconfig";
import "./full-disk";
import "./half-made";
import "./killed";
