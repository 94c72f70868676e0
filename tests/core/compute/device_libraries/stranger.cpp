// SPDX-License-Identifier: GPL-3.0-or-later
// A library of somebody else.
extern "C" int strangersAnswer()
{
    return 42;
}
