// The parts of the team room, by the name under which a notebook asks for them.

import {Fishbone} from "./fishbone.js";
import {Room} from "./room.js";
import {Whys} from "./whys.js";

export const PARTS = { fishbone: Fishbone, room: Room, whys: Whys };
