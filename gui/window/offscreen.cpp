// OpenGL without a window: EGL on Mesa's surfaceless platform, drawing into a buffer of its own.
//
// Called by main.cpp. Some frames are drawn until lists have scrolled to their places; the time of
// a frame is fixed, so that nothing depends on how fast the machine is. Not here: PNG
// (picture.cpp).
// Internal to gui/window/; public to it through offscreen.hpp.
#include "gui/window/offscreen.hpp"

#include "gui/draw/app.hpp"

#include <cstdlib>
#include <string>

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GL/gl.h>
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

namespace giambio::gui {
namespace {

[[noreturn]] void refuse(const std::string& what) {
    throw no_graphics(
        "A picture cannot be drawn on this machine: " + what +
        ". Install the Debian packages libegl1 and libgl1-mesa-dri, or read the run as "
        "text: ./giambio trace text FILE.");
}

// The current OpenGL context without a window, for as long as it lives.
class surface {
public:
    surface(int width, int height) {
        open_display();
        const EGLConfig config = choose();
        const EGLint size[] = {EGL_WIDTH, width, EGL_HEIGHT, height, EGL_NONE};
        surface_ = eglCreatePbufferSurface(display_, config, size);
        if (surface_ == EGL_NO_SURFACE) refuse("EGL has no buffer of that size");
        const EGLint version[] = {EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 0,
                                  EGL_NONE};
        context_ = eglCreateContext(display_, config, EGL_NO_CONTEXT, version);
        if (context_ == EGL_NO_CONTEXT) refuse("there is no OpenGL 3");
        if (eglMakeCurrent(display_, surface_, surface_, context_) == EGL_FALSE)
            refuse("OpenGL cannot be used without a window");
    }
    ~surface() {
        eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
        eglDestroyContext(display_, context_);
        eglDestroySurface(display_, surface_);
        eglTerminate(display_);
    }
    surface(const surface&) = delete;
    surface& operator=(const surface&) = delete;

private:
    void open_display() {
        const auto get = reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(
            eglGetProcAddress("eglGetPlatformDisplayEXT"));
        if (get == nullptr) refuse("EGL is too old");
        display_ = get(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
        if (display_ == EGL_NO_DISPLAY || eglInitialize(display_, nullptr, nullptr) == EGL_FALSE)
            refuse("EGL cannot be started without a display");
        if (eglBindAPI(EGL_OPENGL_API) == EGL_FALSE) refuse("EGL does not know OpenGL");
    }

    EGLConfig choose() const {
        const EGLint wanted[] = {EGL_SURFACE_TYPE,
                                 EGL_PBUFFER_BIT,
                                 EGL_RENDERABLE_TYPE,
                                 EGL_OPENGL_BIT,
                                 EGL_RED_SIZE,
                                 8,
                                 EGL_GREEN_SIZE,
                                 8,
                                 EGL_BLUE_SIZE,
                                 8,
                                 EGL_NONE};
        EGLConfig config = nullptr;
        EGLint count = 0;
        if (eglChooseConfig(display_, wanted, &config, 1, &count) == EGL_FALSE || count == 0)
            refuse("EGL has no buffer for pictures");
        return config;
    }

    EGLDisplay display_ = EGL_NO_DISPLAY;
    EGLSurface surface_ = EGL_NO_SURFACE;
    EGLContext context_ = EGL_NO_CONTEXT;
};

picture read_pixels(int width, int height) {
    picture made{width, height, {}};
    const std::size_t row = static_cast<std::size_t>(width) * 3;
    std::vector<unsigned char> upside_down(row * static_cast<std::size_t>(height));
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, upside_down.data());
    made.pixels.reserve(upside_down.size());
    // OpenGL counts rows from the bottom.
    for (auto end = upside_down.end(); end != upside_down.begin();
         end -= static_cast<std::ptrdiff_t>(row))
        made.pixels.insert(made.pixels.end(), end - static_cast<std::ptrdiff_t>(row), end);
    return made;
}

void draw_frame(app& what, float width, float height) {
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {width, height};
    io.DeltaTime = 1.0F / 60;
    io.MousePos = {-1e6F, -1e6F};
    what.prepare(width);
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    what.frame(width, height);
    ImGui::Render();
    glViewport(0, 0, static_cast<int>(width), static_cast<int>(height));
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

}  // namespace

picture draw_offscreen(study& of, int width, int height) {
    // Mesa's own renderer everywhere: a picture is not to depend on the graphics card.
    setenv("LIBGL_ALWAYS_SOFTWARE", "1", 1);
    const surface drawn_on(width, height);
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;
    app what(of);
    what.prepare(static_cast<float>(width));
    if (!ImGui_ImplOpenGL3_Init("#version 130")) refuse("OpenGL 3 cannot be used");
    constexpr int frames = 5;
    for (int i = 0; i < frames; ++i)
        draw_frame(what, static_cast<float>(width), static_cast<float>(height));
    glFinish();
    picture made = read_pixels(width, height);
    ImGui_ImplOpenGL3_Shutdown();
    ImGui::DestroyContext();
    return made;
}

}  // namespace giambio::gui
