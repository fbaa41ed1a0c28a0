// Lays out what the group's algorithm needs to pick among members. Called when a view is made.
#pragma once

#include "routing/members.h"

namespace sluice {

void deal(Members& members, const TargetGroup& group);

}  // namespace sluice
