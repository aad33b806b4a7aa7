// The parts of android.graphics that the snippets use, with the signatures of Android's API.
package android.graphics

class Bitmap private constructor(val width: Int, val height: Int) {
    enum class Config { ARGB_8888 }
    fun getPixels(pixels: IntArray, offset: Int, stride: Int, x: Int, y: Int, width: Int, height: Int) {}
    companion object {
        @JvmStatic fun createBitmap(colors: IntArray, width: Int, height: Int, config: Config): Bitmap = Bitmap(width, height)
    }
}
object Color {
    @JvmStatic fun red(color: Int): Int = color shr 16 and 0xff
    @JvmStatic fun green(color: Int): Int = color shr 8 and 0xff
    @JvmStatic fun blue(color: Int): Int = color and 0xff
    @JvmStatic fun rgb(red: Int, green: Int, blue: Int): Int = (0xff shl 24) or (red shl 16) or (green shl 8) or blue
}
