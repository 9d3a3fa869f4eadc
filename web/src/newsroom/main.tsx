// SPDX-License-Identifier: Apache-2.0
import { render } from "preact";
import { App } from "./app.js";
import "./newsroom.css";

render(<App />, document.getElementById("newsroom") as HTMLElement);
