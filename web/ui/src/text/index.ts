// Every text of the page, by view. Another language is another object of this shape.

import {calls} from "./calls";
import {frame} from "./frame";
import {now} from "./now";
import {phones} from "./phones";
import {routing} from "./routing";
import {setup} from "./setup";

export const text = {...frame, ...now, ...calls, ...phones, ...setup, ...routing};
