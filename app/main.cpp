#include <exception>
#include <iostream>

#include "app/cli/cli.hpp"
#include "app/cli/exit.hpp"

int main(int argc, char** argv) {
  try {
    return app::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "sipwake: " << error.what() << '\n';
    return app::cli::Exit::unusable;
  }
}
