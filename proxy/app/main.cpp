#include "control/cli/cli.h"
#include "proxy/app/app.h"

int main(int argc, char** argv) {
  return sluice::run_cli(argc, argv, sluice::run_proxy);
}
