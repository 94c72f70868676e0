// SPDX-License-Identifier: GPL-3.0-or-later
// A library that cannot be loaded without another one.
extern "C" int strangersAnswer();

extern "C" int needysAnswer()
{
    return strangersAnswer() + 1;
}
