import { afterEach, expect, test } from "vitest";
import { keyCodes } from "../../phone/key-codes.ts";
import { demoModels } from "../../phone/models.ts";
import { makeDisplay } from "../../phone/screen/display.ts";
import { makeRigWith, type Rig } from "../../phone/testing/rig.ts";
import { connectTango } from "../../phone/testing/tango.ts";
import { displayQuestion, readDisplayState, type DisplayState } from "../engine/screen/display-state.ts";

/** The question that is put to a watched phone, and phones of six makers and Androids that answer it. */

const rigs: Rig<ReturnType<typeof makeDisplay>>[] = [];
afterEach(() => {
  for (const rig of rigs.splice(0)) rig.close();
});

const older = { androidVersion: "8.1.0", sdk: 27 };
const [pixel] = demoModels;

test.each([...demoModels, { ...pixel, ...older }])(
  "[M30] $manufacturer's Android $androidVersion says when it sleeps, is locked and forbids pictures",
  async (model) => {
    const rig = makeRigWith(makeDisplay, { model: { ...model, isAdbSecure: false } });
    rigs.push(rig);
    const { display } = rig;
    const adb = await connectTango(rig.usb);
    const ask = async (): Promise<DisplayState> =>
      readDisplayState(await adb.subprocess.noneProtocol.spawnWaitText(displayQuestion));
    const press = (keyCode: number): void => display.key({ action: "down", keyCode, metaState: 0 });
    const plain = { display: "on", isLocked: false, isSecure: false };

    expect(await ask()).toEqual(plain);
    display.launch("com.tabfarm.bank");
    expect(await ask()).toEqual({ ...plain, isSecure: true });
    // Who may be looked at is in front of the bank.
    display.showPanel(true);
    expect(await ask()).toEqual(plain);
    display.showPanel(false);

    await adb.subprocess.noneProtocol.spawnWaitText("locksettings set-disabled false");
    press(keyCodes.POWER);
    expect(await ask()).toEqual({ ...plain, display: "off", isLocked: true });
    press(keyCodes.POWER);
    expect(await ask()).toEqual({ ...plain, isLocked: true });
    await adb.subprocess.noneProtocol.spawnWaitText("wm dismiss-keyguard");
    expect(await ask()).toEqual({ ...plain, isSecure: true });
    // The panel's light is not the display's power: the picture goes on.
    display.isLit = false;
    expect(await ask()).toEqual({ ...plain, isSecure: true });
  },
);
