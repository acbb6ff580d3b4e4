import "./lifecycle";
